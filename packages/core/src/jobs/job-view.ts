import type { Actor, Job, JobError, JobProgress, JobStatus } from "@burgee/db";

export interface JobView {
  readonly id: string;
  readonly kind: string;
  readonly status: JobStatus;
  readonly progress: JobProgress | null;
  readonly note: string | null;
  /** What it answered, once it succeeded; its kind's own. */
  readonly result: object | null;
  /** Why it failed for good. */
  readonly error: JobError | null;
  readonly createdBy: Actor;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Raised by each change of what is shown here. */
  readonly version: number;
  /** How often it was started. */
  readonly attempts: number;
  readonly traceId: string;
}

export function jobView(job: Job): JobView {
  return {
    id: job.jobId,
    kind: job.kind,
    status: job.status,
    progress: job.progress,
    note: job.note,
    result: job.result,
    error: job.error,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
    version: job.version,
    attempts: job.attempts,
    traceId: job.traceparent.split("-")[1] ?? "",
  };
}

export function hasEnded({ status }: Pick<Job, "status">): boolean {
  return status !== "waiting" && status !== "running";
}
