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
/** While copies say what is new, the database is asked at every third to seventh look: about every 10 s. */
const LEAST_LOOKS = 3;
const MOST_LOOKS = 7;

/**
 * Brings news to the rulesets in memory: by the bus at once, and by asking, since a hint may be lost. Copies are asked where there are
 * any; the database where they can't be, and now and then in any case: it alone tells of epochs, of tenants that go, and that what is served is
 * the newest.
 */
export async function keepFresh({ rulesets, bus, log, signal }: KeepFreshDeps): Promise<void> {
  const onError = onceWhileItLasts((err) => log.warn({ err }, "The head revisions could not be asked for."));
  const catchUp = () => {
    rulesets.refresh().catch(onError);
  };
  let looks = 0;
  const look = async () => {
    looks -= 1;
    if (looks > 0 && (await rulesets.glance().catch(() => false))) return;
    looks = LEAST_LOOKS + Math.floor(Math.random() * (MOST_LOOKS - LEAST_LOOKS + 1));
    await rulesets.refresh();
  };
  await bus.subscribe(RULESET_CHANNEL, (message) => rulesets.onHint(message), catchUp);
  void repeat(look, { everyMs: POLL_MS, jitter: POLL_JITTER, signal, onError });
}
