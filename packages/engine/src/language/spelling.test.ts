import { expect, test } from "vitest";
import { parseCondition } from "./condition.ts";
import { Spelling } from "./spelling.ts";

const declared = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, "string"] as const));
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(3, "0")}`);

test("suggests nothing more once its comparisons are made", () => {
  const spelling = new Spelling({ attributes: declared(...numbered("long_attribute_", 100)) }, 1_000);

  const meant = numbered("long_attribuet_", 100).map((name) => spelling.attribute(name));

  expect(meant.map((name) => name !== undefined)).toEqual(Array.from({ length: 100 }, (_, at) => at < 10));
});

test("makes one name's comparisons once", () => {
  const spelling = new Spelling({ attributes: declared(...numbered("long_attribute_", 100)) }, 200);

  const again = Array.from({ length: 50 }, () => spelling.attribute("long_attribuet_000"));

  expect(new Set(again)).toEqual(new Set(["long_attribute_000"]));
  expect(spelling.attribute("long_attribuet_001")).toBe("long_attribute_001");
  expect(spelling.attribute("long_attribuet_002")).toBeUndefined();
});

test("makes no comparisons with names of quite another length", () => {
  const spelling = new Spelling({ attributes: declared("country", ...numbered("long_attribute_", 100)) }, 20);

  const missing = numbered("n", 100).map((name) => spelling.attribute(name));

  expect(new Set(missing)).toEqual(new Set([undefined]));
  expect(spelling.attribute("contry")).toBe("country");
});

test("shares its comparisons between attributes and segments", () => {
  const spelling = new Spelling(
    { attributes: declared(...numbered("long_attribute_", 10)), segments: ["testers"] },
    10,
  );

  expect(spelling.attribute("long_attribuet_003")).toBe("long_attribute_003");
  expect(spelling.segment("testres")).toBeUndefined();
});

test.each([
  ["REGION", "region"],
  ["regoin", "region"],
  ["regiom", "region"],
  ["legends", undefined],
  ["userid", "userId"],
  ["rgn", undefined],
  [`${"r".repeat(65)}`, undefined],
])("takes %s for the nearest name, and of equals the first declared", (name, meant) => {
  const attributes = declared("region", "origin", "regioms", "r".repeat(64));

  expect(new Spelling({ attributes }).attribute(name)).toBe(meant);
});

test("shares one bound between all conditions of a save", () => {
  const attributes = declared(...numbered("long_attribute_", 500));
  const spelling = new Spelling({ attributes });
  const conditions = ["a", "b", "c", "d", "e"].map((letter) =>
    numbered(`${letter}ong_attribute_`, 490)
      .map((name) => `${name} == 'x'`)
      .join(" || "),
  );

  const parsed = conditions.map((text) => parseCondition(text, { attributes, spelling }));

  const warned = parsed.map((each) => (each.ok ? each.warnings.length : undefined));
  expect(warned).toEqual([20, 0, 0, 0, 0]);
});

test("says nothing of what a name means where nobody reads it", () => {
  const known = { attributes: declared("region"), segments: ["testers"], spelling: null };

  expect(parseCondition("regoin == ''", known)).toMatchObject({ ok: true, warnings: [] });
  expect(parseCondition("segment('testres')", known)).toMatchObject({
    ok: false,
    error: { message: "There is no segment 'testres'." },
  });
});
