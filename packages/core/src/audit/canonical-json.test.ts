import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("is what another implementation of RFC 8785 makes of any JSON", () => {
  const json = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" });

  fc.assert(
    fc.property(json, (value) => {
      const read: unknown = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(read)).toBe(canonicalize(read));
    }),
    { numRuns: 2_000, seed: 8785 },
  );
});

test("is what RFC 8785 shows", () => {
  const sample =
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';

  expect(canonicalJson(JSON.parse(sample))).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("sorts keys by their UTF-16 code units, also those that look like numbers", () => {
  const keys = ["€", "\r", "\u{1f600}", "10", "9", "\u0080", "ö", "</script>", "__proto__"];
  const read: unknown = JSON.parse(`{${keys.map((key, index) => `${JSON.stringify(key)}:${index}`).join()}}`);

  expect(Object.keys(JSON.parse(canonicalJson(read)))).toHaveLength(keys.length);
  expect(canonicalJson(read)).toBe(
    '{"\\r":1,"10":3,"9":4,"</script>":7,"__proto__":8,"\u0080":5,"ö":6,"€":0,"\u{1f600}":2}',
  );
});

test("leaves undefined members out, as JSON does", () => {
  expect(canonicalJson({ b: undefined, a: [null] })).toBe('{"a":[null]}');
});
