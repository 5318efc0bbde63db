import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "../measure.ts";
import type { Side } from "./side.ts";
import { manyToggles, type Scenario } from "./toggles.ts";

const ROUNDS = 11;
const TOGGLES = 1_000;
/** Of a kind that asks for all of a toggle: an id list, two attributes, a version. */
const ASKED = "toggle-2";

/** Microseconds of CPU time from the text of 1,000 toggles to the first answer, each time in a new process, by side. */
export async function measureReadiness(
  sides: ReadonlyMap<string, Side>,
): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "burgee-bench-"));
  try {
    const toggles = manyToggles(TOGGLES);
    for (const [id, side] of sides) writeFileSync(join(folder, id), await side.write(toggles));
    const times = new Map([...sides].map(([id]): [string, number[]] => [id, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [id, taken] of times)
        taken.push(Number(run("ready-program.ts", [id, join(folder, id), ASKED], ["--expose-gc"])));
    }
    return new Map([...sides].map(([id, { name }]) => [name, quantile(times.get(id) ?? [], 0.5)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes allocated an evaluation, by side and scenario. Garbage is not collected while they are counted. */
export function measureAllocation(
  sides: ReadonlyMap<string, Side>,
): ReadonlyMap<string, Readonly<Record<Scenario, number>>> {
  const flags = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];
  return new Map(
    [...sides].map(([id, { name }]) => [name, JSON.parse(run("allocation-program.ts", [id], flags))]),
  );
}

function run(program: string, args: readonly string[], flags: readonly string[] = []): string {
  const all = [
    "--disable-warning=ExperimentalWarning",
    ...flags,
    join(import.meta.dirname, program),
    ...args,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
