/** Run by programs.ts with --expose-gc and room for young objects: bytes allocated an evaluation, for each scenario. */
import { type Loop, loopOf } from "./loop.ts";
import { loadSide } from "./sides.ts";
import { attributes, scenarios } from "./toggles.ts";

const CALLS = 20_000;
const ROUNDS = 5;

const [id = ""] = process.argv.slice(2);
const side = await loadSide(id);
const ready = await side.ready(await side.write(Object.values(scenarios)));
const bytes: Record<string, number> = {};
for (const [scenario, { key }] of Object.entries(scenarios)) {
  const loop = loopOf(
    scenario,
    (context: unknown) => ready.isOn(key, context),
    attributes.map(side.contextOf),
  );
  for (let warm = 0; warm < 10; warm++) await loop(CALLS);
  bytes[scenario] = (await leastOf(() => allocatedBy(loop))) / CALLS;
}

ready.close();
process.stdout.write(JSON.stringify(bytes), () => process.exit(0));

/** What is compiled meanwhile lies on the same heap, and can only add. */
async function leastOf(measure: () => Promise<number>): Promise<number> {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure());
  return Math.min(...rounds);
}

async function allocatedBy(loop: Loop): Promise<number> {
  globalThis.gc?.();
  const from = process.memoryUsage().heapUsed;
  await loop(CALLS);
  return Math.max(0, process.memoryUsage().heapUsed - from);
}
