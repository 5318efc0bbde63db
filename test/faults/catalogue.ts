/** Which faults have a row, and which have none yet and why. */
import type { FaultRow } from "./fault-row.ts";
import { blackHole } from "./rows/black-hole.ts";
import { changeToSdk } from "./rows/change-to-sdk.ts";
import { databaseAndRedisStopped } from "./rows/database-and-redis-stopped.ts";
import { deadlocks } from "./rows/deadlocks.ts";
import { deploy } from "./rows/deploy.ts";
import { diskFull } from "./rows/disk-full.ts";
import { fanOut } from "./rows/fan-out.ts";
import { hintsScrambled } from "./rows/hints-scrambled.ts";
import { idleLines } from "./rows/idle-lines.ts";
import { idleTransaction } from "./rows/idle-transaction.ts";
import { noisyTenant } from "./rows/noisy-tenant.ts";
import { nothingReachable } from "./rows/nothing-reachable.ts";
import { olderCopy } from "./rows/older-copy.ts";
import { poisonJobs } from "./rows/poison-jobs.ts";
import { poisonRulesets } from "./rows/poison-rulesets.ts";
import { postgresKilled } from "./rows/postgres-killed.ts";
import { reconnectStorm } from "./rows/reconnect-storm.ts";
import { redisStopped } from "./rows/redis-stopped.ts";
import { restoredEarlier } from "./rows/restored-earlier.ts";
import { rollouts } from "./rows/rollouts.ts";
import { slowReaders } from "./rows/slow-readers.ts";
import { standbyPromoted } from "./rows/standby-promoted.ts";

/** Of what is stored. */
export const storedRows: readonly FaultRow[] = [
  postgresKilled,
  redisStopped,
  restoredEarlier,
  standbyPromoted,
  diskFull,
  idleTransaction,
  deadlocks,
];

/** Of work that is to be done, and once. */
export const workRows: readonly FaultRow[] = [rollouts, poisonJobs];

/** Of what reaches SDKs. */
export const deliveryRows: readonly FaultRow[] = [
  hintsScrambled,
  nothingReachable,
  olderCopy,
  poisonRulesets,
  blackHole,
  idleLines,
];

/** Of how fast something is, or of what fails within a tenth of a second: nothing else may run beside them. */
export const timedRows: readonly FaultRow[] = [
  databaseAndRedisStopped,
  noisyTenant,
  fanOut,
  slowReaders,
  reconnectStorm,
  deploy,
  changeToSdk,
];

export const rows: readonly FaultRow[] = [...storedRows, ...workRows, ...deliveryRows, ...timedRows];

/** Faults of the catalogue without a row, and why. */
export const withoutRow: Readonly<Record<string, string>> = {};

export function findRow(name: string): FaultRow | undefined {
  return rows.find((row) => row.name === name);
}
