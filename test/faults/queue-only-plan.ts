/** A rollout plan with the mistake that this design is against: when its steps are due stands in the queue, and nowhere else. */
import { setTimeout as pause } from "node:timers/promises";
import type { OwnRedis } from "../support/own-redis.ts";
import type { StepsEvent } from "./rollouts.ts";

const KEY = "queue-only-plan";
const POLL_MS = 50;

/** Puts steps into the queue, a time apart, and applies those that it finds due, until `signal` ends it. Answers what came of it. */
export async function followQueueOnlyPlan(
  queue: OwnRedis,
  {
    steps,
    betweenMs,
    signal,
  }: { readonly steps: number; readonly betweenMs: number; readonly signal: AbortSignal },
): Promise<StepsEvent> {
  for (let step = 1; step <= steps; step++) {
    await queue.command(["ZADD", KEY, String(Date.now() + step * betweenMs), `step-${step}`]);
  }
  let applied = 0;
  while (!signal.aborted) {
    const due = await queue.command(["ZRANGEBYSCORE", KEY, "0", String(Date.now())]).catch(() => "");
    for (const [step] of due.matchAll(/step-\d+/g)) {
      const removed = await queue.command(["ZREM", KEY, step]).catch(() => "");
      if (removed.startsWith(":1")) applied += 1;
    }
    await pause(POLL_MS);
  }
  return {
    type: "plan",
    toggle: KEY,
    status: "running",
    steps,
    logged: applied,
    versions: applied,
    lateMs: [],
  };
}
