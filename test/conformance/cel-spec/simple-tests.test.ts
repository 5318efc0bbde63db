import { expect, test } from "vitest";
import { whyExcluded } from "./exclusions.ts";
import { readValue, spell } from "./proto-value.ts";
import { parseSimpleTests } from "./simple-tests.ts";

function simpleTest(fields: string) {
  const [parsed] = parseSimpleTests(`name: "f" section { name: "s" test { name: "t" ${fields} } }`);
  if (!parsed) throw new Error("no test");
  return parsed;
}

test("reads what a test asks for and expects", () => {
  const { name, expression, isUnchecked, expected, bindings } = simpleTest(`
    expr: 'x' "+1" disable_check: true
    bindings: { key: "x" value: { value: { int64_value: 0x10 } } }
    typed_result { result { int64_value: 17 } deduced_type { primitive: INT64 } }`);

  expect([name, expression, isUnchecked, [...bindings.keys()]]).toEqual(["f/s/t", "x+1", true, ["x"]]);
  expect(expected.kind === "value" && expected.value && spell(readValue(expected.value))).toBe("17");
});

test("expects true where nothing is said", () => {
  expect(simpleTest("expr: '1 == 1'").expected).toEqual({ kind: "value", value: undefined });
});

test.each([
  [
    "map_value { entries { key { int64_value: 2 } value { null_value: 0 } } entries { key { int64_value: 1 } value {bool_value: true} } }",
    "{1: true, 2: null}",
  ],
  [
    "list_value { values { double_value: -0.0 } values { double_value: nan } values { uint64_value: 1 } }",
    "[0.0, NaN, 1u]",
  ],
  [
    "object_value { [type.googleapis.com/google.protobuf.Timestamp] { seconds: -1 nanos: 5 } }",
    "timestamp -999999995 ns",
  ],
  [String.raw`bytes_value: "\377"`, String.raw`b"\xff"`],
  ['type_value: "google.protobuf.Duration"', "type google.protobuf.Duration"],
])("spells the value %s", (text, expected) => {
  const { expected: outcome } = simpleTest(`value { ${text} }`);

  expect(outcome.kind === "value" && outcome.value && spell(readValue(outcome.value))).toBe(expected);
});

test.each([
  ["expr: 'TestAllTypes{single_int64: 1}'", "protobuf messages"],
  ["expr: 'google.protobuf.Int32Value{value: 1} == 1'", "protobuf messages"],
  [
    "expr: 'x' bindings { key: 'x' value { value { object_value { [type.googleapis.com/a.B] {} } } } }",
    "protobuf messages",
  ],
  ["expr: 'GlobalEnum.GAZ'", "enums"],
  ["expr: 'm.?a.orValue(1)'", "optional values"],
  ["expr: 'has({}.?x.y)'", "optional values"],
  ["expr: '{?1: a}'", "optional values"],
  ["expr: '4.5 % 1.5' eval_error {}", "% of doubles"],
  ["expr: '[1].all(i, v, i < v)'", "comprehensions of two variables"],
  [`expr: "'a'.reverse()"`, "strings"],
  ["expr: 'y' container: 'x'", "containers"],
  ["expr: 'int'", "a bare name"],
])("leaves out %s", (fields, reason) => {
  expect(whyExcluded(simpleTest(fields))).toContain(reason);
});

test.each([
  `expr: "'key' in {'key': 1}"`,
  `expr: "'TestAllTypes{} GlobalEnum.charAt(1)' != ''"`,
  `expr: "{'a': 1}.map(k, k == 'a', k)"`,
  "expr: 'a ? b : c'",
  "expr: '[a ? .b : c]'",
  "expr: '1.0 / 0.0' eval_error {}",
  "expr: 'type(timestamp(0)) == google.protobuf.Timestamp'",
  "expr: 'cidr == 1'",
])("leaves in %s", (fields) => {
  expect(whyExcluded(simpleTest(fields))).toBeUndefined();
});
