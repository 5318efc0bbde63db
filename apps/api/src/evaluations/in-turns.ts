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
 * Maps `items` one after the other and in order, letting others have their turn in between; at once, where that takes no more than
 * one stretch.
 * @throws {AppError} "limit_reached"
 */
export function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  limits: TurnLimits = LIMITS,
): readonly Result[] | Promise<readonly Result[]> {
  const results: Result[] = [];
  const spentMs = oneStretch(items, work, results, limits);
  return results.length === items.length ? results : furtherTurns(items, work, results, limits, spentMs);
}

async function furtherTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  results: Result[],
  limits: TurnLimits,
  firstMs: number,
): Promise<readonly Result[]> {
  let spentMs = firstMs;
  while (results.length < items.length) {
    if (spentMs > limits.mostMs) throw tooCostly(limits.mostMs, results.length, items.length);
    await nextTurn();
    spentMs += oneStretch(items, work, results, limits);
  }
  return results;
}

/** The clock is looked at after so many items: it takes half as long as an item that is cheap. */
const ITEMS_BETWEEN_LOOKS = 4;

/** Goes on where `results` end, by one item at least. Answers how long it took. */
function oneStretch<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  results: Result[],
  { stretchMs }: TurnLimits,
): number {
  const startedMs = performance.now();
  for (let at = results.length; at < items.length; at++) {
    results.push(work(items[at] as Item));
    if (at % ITEMS_BETWEEN_LOOKS !== 0) continue;
    const stretch = performance.now() - startedMs;
    if (stretch > stretchMs) return stretch;
  }
  return 0;
}

function tooCostly(mostMs: number, done: number, asked: number): AppError {
  return new AppError(
    "limit_reached",
    `Evaluating took more than ${mostMs} ms after ${done} of ${asked} toggles; ask for fewer, or with a smaller context.`,
  );
}
