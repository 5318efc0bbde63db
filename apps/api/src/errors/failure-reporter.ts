import type { Clock, Logger, Metrics } from "@burgee/runtime";
import type { Problem } from "./problem.ts";

export type ReportFailure = (
  error: unknown,
  problem: Problem,
  context: Readonly<Record<string, unknown>>,
) => void;

/** One tenant can make as many refusals as it likes, but not as many lines of the log. */
const SILENCE_MS = 10_000;

/** Logs what was not foreseen. A tenant that asks for too much at once is no failure of ours, and is counted. */
export function failureReporter({
  log,
  metrics,
  clock,
}: {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}): ReportFailure {
  const refusals = metrics.counter({
    name: "burgee_busy_refusals_total",
    help: "Requests that were refused since too many of their tenant's waited.",
  });
  let unlogged = 0;
  let silentUntilMs = Number.NEGATIVE_INFINITY;

  const countRefusal = () => {
    refusals.inc();
    unlogged += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs < silentUntilMs) return;
    log.info({ refusals: unlogged }, "A tenant's requests were refused, since too many of them wait.");
    unlogged = 0;
    silentUntilMs = nowMs + SILENCE_MS;
  };

  return (error, { code, status }, context) => {
    if (code === "too_many_requests") countRefusal();
    else if (code === "internal") log.error({ err: error, ...context }, "A request failed.");
    else if (status >= 500) log.warn({ err: error, ...context }, "A request could not be served.");
  };
}
