/** Which faults have a row, and which have none yet and why. */
import type { FaultRow } from "./fault-row.ts";
import { databaseAndRedisStopped } from "./rows/database-and-redis-stopped.ts";
import { deadlocks } from "./rows/deadlocks.ts";
import { hintsScrambled } from "./rows/hints-scrambled.ts";
import { idleTransaction } from "./rows/idle-transaction.ts";
import { noisyTenant } from "./rows/noisy-tenant.ts";
import { nothingReachable } from "./rows/nothing-reachable.ts";
import { poisonRulesets } from "./rows/poison-rulesets.ts";
import { postgresKilled } from "./rows/postgres-killed.ts";
import { redisStopped } from "./rows/redis-stopped.ts";
import { restoredEarlier } from "./rows/restored-earlier.ts";
import { standbyPromoted } from "./rows/standby-promoted.ts";

export const rows: readonly FaultRow[] = [
  postgresKilled,
  databaseAndRedisStopped,
  hintsScrambled,
  nothingReachable,
  redisStopped,
  restoredEarlier,
  standbyPromoted,
  poisonRulesets,
  idleTransaction,
  noisyTenant,
  deadlocks,
];

const TO_COME = "its row is still to be written";

/** Faults of the catalogue without a row, and why. */
export const withoutRow: Readonly<Record<string, string>> = {
  F13: TO_COME,
  F16: TO_COME,
  F17: TO_COME,
  F18: TO_COME,
  F19: TO_COME,
  F20: TO_COME,
  F28: TO_COME,
  F34: TO_COME,
};

export function findRow(name: string): FaultRow | undefined {
  return rows.find((row) => row.name === name);
}
