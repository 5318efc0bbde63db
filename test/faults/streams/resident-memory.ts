import { readFileSync } from "node:fs";

/** Bytes of a process's memory that are in use; of Linux alone, NaN elsewhere. */
export function residentBytes(pid: number): number {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) * 1024;
  } catch {
    return Number.NaN;
  }
}
