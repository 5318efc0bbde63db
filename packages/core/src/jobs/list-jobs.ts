import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { jobId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { storedText } from "../names.ts";
import { seenBy } from "./enter-job.ts";
import { type JobView, jobView } from "./job-view.ts";

const LONGEST_KIND = 60;

export const listJobsInput = z.strictObject({
  status: z.enum(["waiting", "running", "succeeded", "failed", "cancelled"]).optional(),
  kind: storedText(LONGEST_KIND).optional(),
  /** The last job of the page before. */
  before: jobId.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface JobPage {
  readonly items: readonly JobView[];
  /** Null at the end. */
  readonly nextBefore: string | null;
}

/** A page of the jobs that the caller may see, newest first. */
export async function listJobs(
  { db, person }: Caller,
  { status, kind, before, limit }: z.output<typeof listJobsInput>,
): Promise<JobPage> {
  const filter = { status, kind, seenBy: seenBy(person) };
  const found = await db.read(person.tenantId, ({ jobs }) => jobs.list(filter, { before, limit: limit + 1 }));
  const items = found.slice(0, limit).map(jobView);
  return { items, nextBefore: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}
