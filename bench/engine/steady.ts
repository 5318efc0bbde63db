import { nanosecondsInTurns } from "./in-turns.ts";
import { type Loop, loopOf } from "./loop.ts";
import type { Side } from "./side.ts";
import { attributes, CONTEXTS, type Scenario, scenarios } from "./toggles.ts";

/** Nanoseconds of CPU time that each side takes for an evaluation of one toggle, warm. */
export async function measureSteady(
  scenario: Scenario,
  sides: readonly Side[],
): Promise<ReadonlyMap<string, number>> {
  const { key } = scenarios[scenario];
  const loops = new Map<string, Loop>();
  const counts = new Map<string, number>();
  const closes: (() => void)[] = [];
  for (const side of sides) {
    const ready = await side.ready(await side.write(Object.values(scenarios)));
    closes.push(ready.close);
    const loop = loopOf(
      `${side.name}, ${key}`,
      (context: unknown) => ready.isOn(key, context),
      attributes.map(side.contextOf),
    );
    loops.set(side.name, loop);
    counts.set(side.name, await loop(CONTEXTS));
  }
  agree(scenario, counts);

  const times = await nanosecondsInTurns(loops);
  for (const close of closes) close();
  return times;
}

/** A side that answers otherwise does other work. Each hashes its own way, so of a rollout only the share is the same. */
function agree(scenario: Scenario, counts: ReadonlyMap<string, number>): void {
  const [expected] = counts.values();
  for (const [name, count] of counts) {
    const isSame = scenario === "10 % rollout" ? Math.abs(count / CONTEXTS - 0.1) < 0.04 : count === expected;
    if (!isSame) throw new Error(`${scenario}: ${name} says yes ${count} times where ${expected} are right.`);
  }
}
