import { expect, test } from "vitest";
import { compare as compareValues } from "./ordering.ts";
import { Run } from "./run.ts";
import { parseSemVer } from "./semver.ts";

test("orders versions as SemVer 2.0.0 §11 does", () => {
  const rising = [
    "0.9.9",
    "1.0.0-0",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2",
    "1.10.0",
    "2",
    "2.0.99999999999999999998",
    "2.0.99999999999999999999",
  ];

  const pairs = rising.slice(1).map((version, at) => compare(rising[at] ?? "", version));

  expect(pairs.every((order) => order !== undefined && order < 0)).toBe(true);
});

test.each([
  ["1.2", "1.2.0"],
  ["1", "1.0.0"],
  ["1.2.3+a", "1.2.3+b"],
  ["1.2-rc.1", "1.2.0-rc.1"],
])("takes %s and %s for the same", (left, right) => {
  expect(compare(left, right)).toBe(0);
});

test.each([
  "",
  "v1.2.3",
  "1.",
  "1.2.3.4",
  "01.2.3",
  "1.2.3-01",
  "1.2.3-",
  "1.2.3+",
  " 1.2.3",
  "1.2.x",
  "1".repeat(300),
])("refuses %j", (text) => {
  expect(parseSemVer(text)).toBeUndefined();
});

function compare(left: string, right: string): number | undefined {
  const [first, second] = [parseSemVer(left), parseSemVer(right)];
  return first && second && compareValues(new Run(), first, second);
}
