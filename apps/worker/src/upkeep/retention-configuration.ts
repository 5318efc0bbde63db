/** What an installation keeps how long: one variable for each row of core's table, within its bounds. */
import { KEEPING, type Keeping } from "@burgee/core";
import { fromVariable } from "@burgee/runtime";
import { z } from "zod";

export const retentionConfiguration = {
  usageBatches: kept(KEEPING.usageBatches, "BURGEE_KEEP_USAGE_BATCHES_DAYS"),
  trackedEvents: kept(KEEPING.trackedEvents, "BURGEE_KEEP_TRACKED_EVENTS_DAYS"),
  toggleUsage: kept(KEEPING.toggleUsage, "BURGEE_KEEP_USAGE_MONTHS"),
  unknownToggleUsage: kept(KEEPING.unknownToggleUsage, "BURGEE_KEEP_UNKNOWN_KEYS_MONTHS"),
  outbox: kept(KEEPING.outbox, "BURGEE_KEEP_OUTBOX_MONTHS"),
  notices: kept(KEEPING.notices, "BURGEE_KEEP_NOTICES_DAYS"),
  jobs: kept(KEEPING.jobs, "BURGEE_KEEP_JOBS_DAYS"),
  deadLetters: kept(KEEPING.deadLetters, "BURGEE_KEEP_DEAD_LETTERS_DAYS"),
};

function kept({ unit, usual, least, most }: Keeping, name: string) {
  const schema = z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .default(usual);
  return fromVariable(schema, { name, expects: `a whole number of ${unit} from ${least} to ${most}` });
}
