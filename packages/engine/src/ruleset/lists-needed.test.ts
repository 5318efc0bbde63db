import { expect, test } from "vitest";
import { rulesetWith, segmentWith } from "../../test/rulesets.ts";
import { listsNeeded } from "./lists-needed.ts";

const one = { hash: "1".repeat(64), count: 20_000 };
const other = { hash: "2".repeat(64), count: 30_000 };

test("names each list of a ruleset once", () => {
  const segments = {
    a: segmentWith({ key: "a", includeList: one, excludeList: other }),
    b: segmentWith({ key: "b", excludeList: one }),
    c: segmentWith({ key: "c", include: ["ada"] }),
  };

  expect([...listsNeeded(rulesetWith([], { segments })).values()]).toEqual([one, other]);
  expect(listsNeeded(rulesetWith([])).size).toBe(0);
});

test("names the lists that a patch brings, and none of what it removes", () => {
  const segments = { a: segmentWith({ key: "a", includeList: one }), gone: null };
  const patch = { schema: 1, epoch: "e1", from: 1, to: 2, changes: {}, segments } as const;

  expect([...listsNeeded(patch).keys()]).toEqual([one.hash]);
});
