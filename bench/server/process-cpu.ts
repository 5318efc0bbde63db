import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** The kernel's ticks are of this length on every platform that Node runs on with Linux. */
const TICK_MICROSECONDS = 10_000;

/** CPU time of a process so far, all its threads together, in microseconds; to 10 ms. */
export function cpuMicrosecondsOf(pid: number): number {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) ? fromStat(readFileSync(file, "utf8")) : fromPs(pid);
}

/** The program's name stands in brackets, and may hold anything. */
function fromStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
function fromPs(pid: number): number {
  const text = execFileSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const seconds = text
    .replace("-", ":")
    .split(":")
    .reduceRight(
      (sum, part, index, parts) =>
        sum + Number(part) * ([1, 60, 3_600, 86_400][parts.length - 1 - index] ?? 0),
      0,
    );
  return seconds * 1e6;
}
