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

test("keeps a condition as it was written, but for what a declared timestamp adds", () => {
  const reader = new ConditionReader({ attributes: { region: "string", bornAt: "timestamp" } });
  const plain = new ConditionReader({ attributes: { region: "string" } });
  const dated = "(region=='IN') && bornAt<now";

  expect(reader.read("/a", "(region=='IN')")).toBe("(region=='IN')");
  expect(reader.read("/a", dated)).toBe("region == 'IN' && timestamp(bornAt) < now");
  expect(plain.read("/a", dated)).toBe(dated);
});

test("compiles patterns within one bound, however many conditions an input has", () => {
  const reader = new ConditionReader();
  const usual = numbered("x.matches('^(beta|staging)-[a-z]{1,4}-", 200).map((text) => `${text}$')`);
  const heavy = Array.from({ length: 300 }, (_, at) => `x.matches('${".{1000}".repeat(7)}${at}')`);

  for (const condition of [...usual, ...usual]) reader.read("/rules/0/condition", condition);
  const before = reader.issues.length;
  for (const condition of heavy) reader.read("/rules/1/condition", condition);

  expect(before).toBe(0);
  expect(reader.issues).toHaveLength(295);
  expect(reader.issues[0]?.message).toContain("all patterns of one change together");
});
