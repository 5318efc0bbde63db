import { KNOWN_ADDRESS_MS, type Retention, sweepExpired } from "@burgee/core";
import type { SystemDatabase } from "@burgee/db";
import type { Logger, Metrics } from "@burgee/runtime";
import type { Turn } from "./in-turn.ts";

interface SweepDeps {
  readonly system: SystemDatabase;
  readonly retention: Retention;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** In one statement: each may be large. */
const LISTS_SWEPT = 100;
const GUARDS_SWEPT = 10_000;

/** Makes what deletes all that has been kept long enough, whosever it is. May run twice and beside itself, as each of its parts may. */
export function createSweep({ system, retention, metrics, log }: SweepDeps): (turn: Turn) => Promise<void> {
  const deleted = metrics.counter({
    name: "burgee_retention_deleted_total",
    help: "What was deleted since it had been kept long enough: rows, and whole months at once.",
    labels: ["table", "what"],
  });

  return async ({ goOn }) => {
    const sweeps = [
      () => system.sessions.sweep(),
      () => system.sweepSegmentLists(LISTS_SWEPT),
      () => system.dataKeys.sweep(),
      () => system.pendingSignIns.sweep(),
      () => system.singleSignOn.sweepAttempts(),
      () => system.guesses.sweep({ addressesMs: KNOWN_ADDRESS_MS }),
    ];
    for (const sweep of sweeps) if (await goOn()) await sweep();
    while ((await goOn()) && (await system.sweepGuards(GUARDS_SWEPT)) >= GUARDS_SWEPT);
    for (const { table, rows, months } of await sweepExpired({ system }, retention, { goOn: () => goOn() })) {
      deleted.inc({ table, what: "rows" }, rows);
      deleted.inc({ table, what: "months" }, months);
      log.info({ table, rows, months }, "What had been kept long enough was deleted.");
    }
  };
}
