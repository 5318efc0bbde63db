import type { Evaluation } from "@burgee/engine";
import { expect, test } from "vitest";
import { UsageCounts } from "./usage-counts.ts";

const served: Evaluation = {
  key: "cart",
  value: true,
  variant: "on",
  enabled: true,
  reason: "DEFAULT",
  version: 1,
  revision: 1,
};

test("adds up what says the same of different rulesets", () => {
  const counts = new UsageCounts(() => {});

  for (const revision of [1, 2, 3]) counts.count({ ...served, revision }, true);
  counts.count({ ...served, version: 2 }, true);

  expect(counts.take(9, 9).counts).toEqual([
    { toggle: "cart", variant: "on", version: 1, count: 3 },
    { toggle: "cart", variant: "on", version: 2, count: 1 },
  ]);
});

test("forgets none of more evaluations than it counts by themselves", () => {
  const counts = new UsageCounts(() => {});

  for (let at = 0; at < 30_000; at++) counts.count({ ...served, revision: at, note: "passed over" }, true);
  for (let at = 0; at < 30_000; at++) counts.count({ ...served, revision: at }, true);

  expect(counts.take(9, 9).counts).toEqual([{ toggle: "cart", variant: "on", version: 1, count: 60_000 }]);
});

test("keeps twenty thousand counts apart, and says how many evaluations had no room", () => {
  const counts = new UsageCounts(() => {});

  for (let at = 0; at < 25_000; at++) counts.count({ ...served, key: `t${at}` }, true);

  const { dropped } = counts.take(0, 0);
  expect([dropped, counts.take(25_000, 0).counts.length]).toEqual([5_000, 20_000]);
});

test("tells of the first evaluation, and of the first after all were taken", () => {
  let firsts = 0;
  const counts = new UsageCounts(() => firsts++);

  counts.count(served, true);
  counts.count(served, true);
  counts.take(9, 9);
  counts.count(served, true);

  expect(firsts).toBe(2);
});
