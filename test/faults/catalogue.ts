/** Which faults have a row, and which have none yet and why. */
import type { FaultRow } from "./fault-row.ts";
import { databaseAndRedisStopped } from "./rows/database-and-redis-stopped.ts";
import { hintsScrambled } from "./rows/hints-scrambled.ts";
import { postgresKilled } from "./rows/postgres-killed.ts";

export const rows: readonly FaultRow[] = [postgresKilled, databaseAndRedisStopped, hintsScrambled];

const TO_COME = "its row is still to be written";

/** Faults of the catalogue without a row, and why. */
export const withoutRow: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["F3", "F4", "F5", "F6", "F7", "F10", "F13", "F14", "F15"],
      ...["F16", "F17", "F18", "F19", "F20", "F28", "F29", "F30", "F31", "F34"],
    ].map((fault) => [fault, TO_COME]),
  ),
};

export function findRow(name: string): FaultRow | undefined {
  return rows.find((row) => row.name === name);
}
