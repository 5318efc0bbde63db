import type { Logger } from "../log/create-logger.ts";
import type { QueuedJob } from "./queue-connection.ts";

/** How far a job is, in things of its own kind; `total` is null where nobody knows yet. */
export interface QueuedProgress {
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/** What the work of a job is given besides its payload. */
export interface JobRun {
  /** Shown on the queue's board; written once a second at most. */
  readonly report: (progress: QueuedProgress) => void;
  /** Aborted when the worker gives the job up, since it stops and waited long enough. */
  readonly signal: AbortSignal;
  /** Each line names the job, its id, and the trace in which it was asked for. */
  readonly log: Logger;
}

const REPORT_EVERY_MS = 1_000;

export function runOf(
  queued: QueuedJob,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): JobRun {
  let reportedMs = Number.NEGATIVE_INFINITY;
  const own = log.child({ job: queued.name, jobId: queued.id, ...traceOf(queued) });
  return {
    signal,
    log: own,
    report: (progress) => {
      const nowMs = performance.now();
      if (nowMs - reportedMs < REPORT_EVERY_MS) return;
      reportedMs = nowMs;
      queued.updateProgress(progress).catch((err) => own.warn({ err }, "How far it is could not be shown."));
    },
  };
}

function traceOf({ opts: { telemetry } }: QueuedJob): { readonly traceId?: string } {
  const traceId = telemetry?.metadata?.split("-")[1];
  return traceId === undefined ? {} : { traceId };
}
