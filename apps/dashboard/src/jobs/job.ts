/** Long jobs as they are shown: in words, and by how far they are. */
import type { Outputs } from "../api/trpc.ts";

export type Job = Outputs["jobs"]["list"]["items"][number];

const KINDS: Readonly<Record<string, string>> = {
  "export-audit": "Export of the audit log",
  "verify-audit": "Verification of the audit log",
  "scan-stale-toggles": "Look at every toggle's life",
  "rotate-data-key": "New data key",
  "warm-tenant": "Rulesets made ready",
};

export function kindText({ kind }: Pick<Job, "kind">): string {
  return KINDS[kind] ?? kind;
}

export const STATUSES: Readonly<Record<Job["status"], { readonly label: string; readonly color: string }>> = {
  waiting: { label: "Waiting", color: "gray" },
  running: { label: "Running", color: "blue" },
  succeeded: { label: "Done", color: "green" },
  failed: { label: "Failed", color: "red" },
  cancelled: { label: "Cancelled", color: "gray" },
};

export function isOver({ status }: Pick<Job, "status">): boolean {
  return status !== "waiting" && status !== "running";
}

/** From 0 to 100; null while nobody knows of how much. */
export function percentOf({ status, progress }: Pick<Job, "status" | "progress">): number | null {
  if (status === "succeeded") return 100;
  if (!progress || progress.total === null || progress.total === 0) return status === "waiting" ? 0 : null;
  return Math.min(100, Math.floor((progress.done / progress.total) * 100));
}

/** Of an export that has a file. */
export function exportIdOf({
  kind,
  status,
  result,
}: Pick<Job, "kind" | "status" | "result">): string | undefined {
  if (kind !== "export-audit" || status !== "succeeded" || !result || !("export" in result)) return undefined;
  return typeof result.export === "string" ? result.export : undefined;
}

/** What a job came to, beyond that it is done. */
export function resultText({ kind, result, error, note, status }: Job): string | undefined {
  if (error) return error.message;
  if (kind === "verify-audit" && result && "verified" in result) {
    const fault = "fault" in result && result.fault !== null;
    return fault
      ? `The chain is broken after ${Number(result.verified).toLocaleString("en")} entries.`
      : `${Number(result.verified).toLocaleString("en")} entries are as they were written.`;
  }
  if (kind === "export-audit" && result && "entries" in result) {
    return `${Number(result.entries).toLocaleString("en")} entries.`;
  }
  return status === "running" ? (note ?? undefined) : undefined;
}

/** What is said of a job as it goes: at its beginning, half way, and at its end. */
export function milestoneOf(job: Job): string | undefined {
  const name = kindText(job);
  if (job.status === "failed") return `${name} failed.`;
  if (job.status === "cancelled") return `${name} was cancelled.`;
  const percent = percentOf(job);
  if (percent === 100 && isOver(job)) return `${name} is done.`;
  if (percent !== null && percent >= 50) return `${name} is half done.`;
  return `${name} has begun.`;
}
