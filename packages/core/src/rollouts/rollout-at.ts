import type { RolloutLogEntry } from "@burgee/db";

/** The entry of a plan's log that stood at a moment; undefined before its start. The version of the setting that it names was in force then. */
export function rolloutAt(log: readonly RolloutLogEntry[], at: Date): RolloutLogEntry | undefined {
  return log.findLast(({ appliedAt }) => appliedAt <= at);
}
