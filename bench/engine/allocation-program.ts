/** Run by allocation.ts with --expose-gc and room for young objects: bytes allocated an evaluation, for each scenario. */
import { loopOf } from "./loop.ts";
import { loadSide } from "./sides.ts";
import { attributes, scenarios } from "./toggles.ts";

const CALLS = 20_000;

const [id = ""] = process.argv.slice(2);
const side = await loadSide(id);
const ready = await side.ready(side.write(Object.values(scenarios)));
const bytes: Record<string, number> = {};
for (const [scenario, { key }] of Object.entries(scenarios)) {
  const loop = loopOf(
    scenario,
    (context: unknown) => ready.isOn(key, context),
    attributes.map(side.contextOf),
  );
  for (let warm = 0; warm < 10; warm++) await loop(CALLS);
  globalThis.gc?.();
  const from = process.memoryUsage().heapUsed;
  await loop(CALLS);
  bytes[scenario] = Math.max(0, process.memoryUsage().heapUsed - from) / CALLS;
}

ready.close();
process.stdout.write(JSON.stringify(bytes), () => process.exit(0));
