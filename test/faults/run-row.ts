/** Runs one row once, in a folder of its own, and leaves nothing of it but its history. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findRedisProgram } from "../../launcher/redis-program.mjs";
import { privateFolder } from "../support/private-folder.ts";
import type { FaultRow, RowReport, RunOptions } from "./fault-row.ts";
import { History } from "./history.ts";

export interface RowRun extends RowReport {
  readonly seconds: number;
  /** Where all that happened is written down. */
  readonly historyFile: string;
}

export async function runRow(
  row: FaultRow,
  options: Pick<RunOptions, "short" | "seed" | "planted" | "log">,
): Promise<RowRun> {
  const { planted, seed } = options;
  const folder = privateFolder(join("faults", [row.name, ...planted, seed].join("-")));
  rmSync(folder, { recursive: true, force: true });
  const working = join(folder, "working");
  mkdirSync(working, { recursive: true });
  const historyFile = join(folder, "history.jsonl");
  const startedMs = performance.now();

  await using closing = new AsyncDisposableStack();
  closing.defer(() => rmSync(working, { recursive: true, force: true }));
  const history = closing.adopt(new History(historyFile), (open) => open.close());
  const report = await row.run({ ...options, folder: working, history, closing });
  return { ...report, historyFile, seconds: (performance.now() - startedMs) / 1_000 };
}

/** Why a row can't run on this machine; undefined where it can. */
export function whyNotHere({ needs = [] }: FaultRow): string | undefined {
  if (needs.includes("root") && (process.platform !== "linux" || process.getuid?.() !== 0)) {
    return "it mounts a file system, which only root on Linux may";
  }
  if (!needs.includes("redis")) return undefined;
  mkdirSync(privateFolder("cache"), { recursive: true });
  const redis = findRedisProgram(privateFolder("cache"));
  return "unavailable" in redis ? redis.unavailable : undefined;
}

/** A planted bug was seen where one of the claims that it breaks does not hold. */
export function isSeen(row: FaultRow, planted: string, { verdicts }: RowReport): boolean {
  const breaks = row.planted[planted]?.breaks ?? [];
  return verdicts.some(({ claim, holds }) => !holds && breaks.includes(claim));
}
