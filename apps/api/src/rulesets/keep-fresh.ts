import { type LiveRulesets, RULESET_CHANNEL } from "@burgee/core";
import { type Bus, type Logger, onceWhileItLasts, repeat } from "@burgee/runtime";

export interface KeepFreshDeps {
  readonly rulesets: LiveRulesets;
  readonly bus: Bus;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const POLL_MS = 2_000;
const POLL_JITTER = 0.2;

/** Brings news to the rulesets in memory: by the bus at once, and by asking, since a hint may be lost. */
export async function keepFresh({ rulesets, bus, log, signal }: KeepFreshDeps): Promise<void> {
  const onError = onceWhileItLasts((err) => log.warn({ err }, "The head revisions could not be asked for."));
  const catchUp = () => {
    rulesets.refresh().catch(onError);
  };
  await bus.subscribe(RULESET_CHANNEL, (message) => rulesets.onHint(message), catchUp);
  void repeat(() => rulesets.refresh(), { everyMs: POLL_MS, jitter: POLL_JITTER, signal, onError });
}
