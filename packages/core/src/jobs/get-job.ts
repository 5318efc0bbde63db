import type { Database, JobId, TenantId } from "@burgee/db";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { jobId } from "../ids.ts";
import { enterJob } from "./enter-job.ts";
import { type JobView, jobView } from "./job-view.ts";

export const getJobInput = z.strictObject({ id: jobId });

/** @throws {AppError} "job_not_found" */
export async function getJob(
  { db, person }: Pick<Caller, "db" | "person">,
  input: z.output<typeof getJobInput>,
): Promise<JobView> {
  return jobView(await db.read(person.tenantId, (readers) => enterJob(readers, person, input)));
}

/** For who was found to be allowed to see it; undefined once it is gone. */
export async function jobOf(db: Database, tenantId: TenantId, id: JobId): Promise<JobView | undefined> {
  const job = await db.read(tenantId, ({ jobs }) => jobs.find(id));
  return job && jobView(job);
}
