import { expect, test } from "vitest";
import { ConditionReader } from "./condition-reader.ts";

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, "0")}`);

test("looks for what undeclared names mean within one bound, however many conditions an input has", () => {
  const declared = numbered("long_attribute_", 500).map((name) => [name, "string"] as const);
  const reader = new ConditionReader({ attributes: Object.fromEntries(declared) });

  for (const letter of ["a", "b", "c", "d"]) {
    const names = numbered(`${letter}ong_attribute_`, 200);
    reader.read("/rules/0/condition", names.map((name) => `${name} == 'x'`).join(" || "));
  }

  expect(reader.issues).toEqual([]);
  expect(reader.warnings).toHaveLength(20);
});
