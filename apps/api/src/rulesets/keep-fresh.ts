import { type LiveRulesets, rulesetChannel } from "@burgee/core";
import type { TenantId } from "@burgee/db";
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
export function keepFresh({ rulesets, bus, log, signal }: KeepFreshDeps): void {
  const onError = onceWhileItLasts((err) => log.warn({ err }, "The head revisions could not be asked for."));
  const catchUp = inBatches<TenantId>((tenants) => rulesets.refresh(tenants).catch(onError));
  rulesets.followTenants((tenantId) => {
    const subscription = bus.subscribe(
      rulesetChannel(tenantId),
      (message) => rulesets.onHint(message),
      () => catchUp(tenantId),
    );
    // A bus that is closed has nobody to follow any more.
    subscription.catch(() => undefined);
    return () => void subscription.then((end) => end()).catch(() => undefined);
  });
  let looks = 0;
  const look = async () => {
    looks -= 1;
    if (looks > 0 && (await rulesets.glance().catch(() => false))) return;
    looks = LEAST_LOOKS + Math.floor(Math.random() * (MOST_LOOKS - LEAST_LOOKS + 1));
    await rulesets.refresh();
  };
  void repeat(look, { everyMs: POLL_MS, jitter: POLL_JITTER, signal, onError });
}

/** What comes while a batch is under way goes with the next: many subscriptions come back together. */
function inBatches<Item>(work: (items: ReadonlySet<Item>) => Promise<void>): (item: Item) => void {
  let waiting = new Set<Item>();
  let isWorking = false;
  const run = async () => {
    isWorking = true;
    while (waiting.size > 0) {
      const batch = waiting;
      waiting = new Set();
      await work(batch);
    }
    isWorking = false;
  };
  return (item) => {
    waiting.add(item);
    if (!isWorking) void run();
  };
}
