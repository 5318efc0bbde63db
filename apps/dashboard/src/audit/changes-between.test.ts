import { expect, test } from "vitest";
import { changesBetween } from "./changes-between.ts";

test("names each leaf that changed, came or went, and none that stayed", () => {
  const before = { enabled: true, rules: [{ condition: "a", share: 1 }], gone: "x" };
  const after = { enabled: false, rules: [{ condition: "a", share: 2 }], fresh: null };

  expect(changesBetween(before, after)).toEqual([
    { path: "enabled", before: "true", after: "false" },
    { path: "rules / 0 / share", before: "1", after: "2" },
    { path: "gone", before: "x", after: undefined },
    { path: "fresh", before: undefined, after: "null" },
  ]);
});

test("shows an empty list as one, and nothing at all as nothing", () => {
  expect(changesBetween(null, { rules: [] })).toEqual([{ path: "rules", before: undefined, after: "[]" }]);
  expect(changesBetween(null, null)).toEqual([]);
});
