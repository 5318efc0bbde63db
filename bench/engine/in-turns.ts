import { quantile } from "../measure.ts";
import { cpuMicroseconds } from "./cpu-time.ts";
import type { Loop } from "./loop.ts";

const ROUNDS = 25;
const MICROSECONDS_A_ROUND = 12_000;

/** Nanoseconds of CPU time a call, by name: medians of interleaved rounds of warm loops. */
export async function nanosecondsInTurns(
  loops: ReadonlyMap<string, Loop>,
): Promise<ReadonlyMap<string, number>> {
  const runners = [];
  for (const [name, loop] of loops) runners.push({ name, loop, calls: await callsFor(loop) });

  const times = new Map([...loops].map(([name]): [string, number[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, loop, calls } of runners) {
      const from = cpuMicroseconds();
      await loop(calls);
      times.get(name)?.push(((cpuMicroseconds() - from) * 1_000) / calls);
    }
  }
  return new Map([...times].map(([name, taken]) => [name, quantile(taken, 0.5)]));
}

/** Warms the loop, and finds how many calls fill a round. */
async function callsFor(loop: Loop): Promise<number> {
  for (let calls = 4_096; ; calls *= 2) {
    const from = cpuMicroseconds();
    await loop(calls);
    if (cpuMicroseconds() - from > MICROSECONDS_A_ROUND) return calls;
  }
}
