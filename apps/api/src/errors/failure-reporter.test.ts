import { BusyError } from "@burgee/db";
import { createLogger, createMetrics } from "@burgee/runtime";
import { expect, test } from "vitest";
import { failureReporter } from "./failure-reporter.ts";
import { problemOf } from "./problem.ts";

function reporter() {
  let nowMs = 0;
  const logged: string[] = [];
  const report = failureReporter({
    log: createLogger({ level: "info", name: "test", sink: { write: (line) => logged.push(line) } }),
    metrics: createMetrics({ service: "api", version: "test" }),
    clock: { now: () => new Date(0), monotonicMs: () => nowMs },
  });
  return {
    logged,
    report: (error: unknown) => report(error, problemOf(error), {}),
    passMs: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("however many requests of busy tenants are refused, ten seconds have one line of them", () => {
  const { logged, report, passMs } = reporter();

  for (let refusal = 0; refusal < 100; refusal++) report(new BusyError());
  passMs(10_000);
  report(new BusyError());

  expect(logged).toHaveLength(2);
  expect(logged[1]).toContain('"refusals":100');
  expect(logged.join()).not.toContain("stack");
});

test("what was not foreseen is logged each time, with its cause", () => {
  const { logged, report } = reporter();

  report(new TypeError("x is undefined"));
  report(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));

  expect(logged).toHaveLength(2);
  expect(logged[0]).toContain("x is undefined");
});
