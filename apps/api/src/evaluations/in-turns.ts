import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "@burgee/core";

export interface TurnLimits {
  /** After so much work at a stretch, whoever else asks this node has a turn. */
  readonly stretchMs: number;
  /** Of work in one request, waiting not counted. */
  readonly mostMs: number;
}

const LIMITS: TurnLimits = { stretchMs: 5, mostMs: 2_000 };

/**
 * Maps `items` one after the other and in order, letting others have their turn in between.
 * @throws {AppError} "limit_reached"
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  { stretchMs, mostMs }: TurnLimits = LIMITS,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let spentMs = 0;
  let startedMs = performance.now();
  for (const item of items) {
    const stretch = performance.now() - startedMs;
    if (stretch > stretchMs) {
      spentMs += stretch;
      if (spentMs > mostMs) throw tooCostly(mostMs, results.length, items.length);
      await nextTurn();
      startedMs = performance.now();
    }
    results.push(work(item));
  }
  return results;
}

function tooCostly(mostMs: number, done: number, asked: number): AppError {
  return new AppError(
    "limit_reached",
    `Evaluating took more than ${mostMs} ms after ${done} of ${asked} toggles; ask for fewer, or with a smaller context.`,
  );
}
