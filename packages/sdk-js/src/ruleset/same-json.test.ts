import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameJson } from "./same-json.ts";

test("says of two values whether their JSON is the same text", () => {
  const values = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(values, values, (one, other) => {
      expect(isSameJson(one, other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      expect(isSameJson(one, JSON.parse(JSON.stringify(one)))).toBe(true);
      expect(isSameJson({ one, other }, { one, other: [other] })).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [[], {}, false],
  [["a"], { 0: "a" }, false],
  [[1], [1, 2], false],
  [null, {}, false],
])("holds %j and %j for the same: %s is %s", (one, other, isSame) => {
  expect(isSameJson(one, other)).toBe(isSame);
});

test("ends with what is nested without end, which is not the same", () => {
  const nested = () => JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);

  expect(isSameJson(nested(), nested())).toBe(false);
});
