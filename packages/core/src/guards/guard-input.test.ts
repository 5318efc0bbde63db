import { expect, test } from "vitest";
import { guardInput, guardsInput } from "./guard-input.ts";

const ERRORS = { type: "error_rate", event: "failed", exposure: "opened" };
const OUTSIDE = {
  type: "prometheus_rate",
  url: "https://prometheus.example",
  treatment: { hits: "a", of: "b" },
};
const guard = { key: "errors", metric: ERRORS, atMostTimesControl: 1.2, leastSample: 100 };

test("says nothing false in more than a hundredth of plans, and holds a plan, unless told otherwise", () => {
  expect(guardInput.parse(guard)).toMatchObject({
    falseAlarmRate: 0.01,
    onBreach: "hold",
    onNoTraffic: "wait",
  });
});

test.each<[what: string, input: object, pointer: string]>([
  ["without any bound", { atMostTimesControl: undefined }, "atMostTimesControl"],
  ["with a bound of another metric", { atMostValue: 300 }, "atMostValue"],
  ["an error rate that should not fall", { atLeastTimesControl: 0.9 }, "atLeastTimesControl"],
  ["treatment that has to be better", { atMostTimesControl: 0.9 }, "atMostTimesControl"],
  ["an event that is its own exposure", { metric: { ...ERRORS, exposure: "failed" } }, "metric.exposure"],
  ["a comparison without queries for control", { metric: OUTSIDE }, "metric.control"],
  ["another protocol", { metric: { ...OUTSIDE, url: "file:///etc/passwd" } }, "metric.url"],
  ["a sample of nobody", { leastSample: 0 }, "leastSample"],
  ["false alarms always", { falseAlarmRate: 1 }, "falseAlarmRate"],
  ["to warn of silence, which would let it go on", { onNoTraffic: "warn" }, "onNoTraffic"],
  ["a misspelt field", { leastsample: 3 }, ""],
])("refuses %s", (_, input, pointer) => {
  const read = guardInput.safeParse({ ...guard, ...input });

  expect(read.error?.issues.map(({ path }) => path.join("."))).toContain(pointer);
});

test("a plan's guards have a key each", () => {
  expect(guardsInput.safeParse([guard, guard]).success).toBe(false);
  expect(guardsInput.safeParse([guard, { ...guard, key: "more" }]).success).toBe(true);
  expect(guardsInput.parse(undefined)).toEqual([]);
});
