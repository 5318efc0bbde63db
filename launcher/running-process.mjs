import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Whether a process with this id runs, whoever owns it. A zombie counts as gone. */
export function isRunning(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EPERM") return false;
  }
  return process.platform !== "linux" || statOf(pid)?.state !== "Z";
}

/** The command line of a process, or "" when it is gone or may not be read. */
export function commandOf(/** @type {number} */ pid) {
  if (process.platform === "linux") return (readProc(pid, "cmdline") ?? "").replaceAll("\0", " ").trim();
  return spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}

/** When a process began, as text that only this process has: an id alone is given out again. */
export function birthOf(/** @type {number} */ pid) {
  if (process.platform === "linux") return statOf(pid)?.startTicks ?? "";
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}

/**
 * Waits until a process is gone. Answers false when it still runs after `timeoutMs`.
 *
 * @param {number} pid
 * @param {number} timeoutMs
 * @param {AbortSignal} [signal] ends the wait, with its reason thrown
 */
export async function waitUntilGone(pid, timeoutMs, signal) {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await wait(20, undefined, signal && { signal });
  }
  return true;
}

function statOf(/** @type {number} */ pid) {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;

  // The name in brackets may hold spaces and brackets itself, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0], startTicks: fields[19] ?? "" };
}

function readProc(/** @type {number} */ pid, /** @type {string} */ file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
