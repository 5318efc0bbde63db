/** Which core a process runs on: as good as a machine of its own, as far as the core's time goes. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Whether there is a second core, and util-linux's `taskset` to keep a process on one. */
export function hasCores(): boolean {
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
}

/** Keeps a process on a core, with all its threads, those that it started, and those that it will start. */
export function keepOn(core: number, pid: number): void {
  for (const each of [pid, ...startedBy(pid)])
    execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(each)], {
      stdio: "ignore",
    });
}

function startedBy(pid: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .flatMap((name) => [Number(name), ...startedBy(Number(name))]);
}

function parentOf(name: string): number | undefined {
  try {
    const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}
