import type { BreakerState, Metrics } from "@burgee/runtime";

/** Of whom a breaker keeps readers from waiting for an answer. */
export type Guarded = "redis" | "postgres";

export type ShowBreaker = (of: Guarded) => (state: BreakerState) => void;

const VALUES: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 };

/** Shows in the metrics whether breakers are open. */
export function exposeBreakers(metrics: Metrics): ShowBreaker {
  const states = metrics.gauge({
    name: "burgee_breaker_state",
    help: "Whether readers ask a server, by server: 0 they do (closed), 1 one tries (half open), 2 they do not (open).",
    labels: ["server"],
  });
  return (server) => (state) => states.set({ server }, VALUES[state]);
}
