import type { InTurns } from "./in-turns.ts";

/** Comparisons in one turn: some milliseconds. */
const STEPS_A_TURN = 32_768;

/** A stable merge sort, from runs of one. What is in order already is not merged. The given order is written over. */
export function* sortInTurns(
  order: Uint32Array<ArrayBuffer>,
  compare: (one: number, other: number) => number,
): InTurns<Uint32Array<ArrayBuffer>> {
  let from = order;
  let into = new Uint32Array(order.length);
  let steps = 0;
  for (let width = 1; width < order.length; width *= 2) {
    for (let start = 0; start < order.length; start += 2 * width) {
      const middle = Math.min(start + width, order.length);
      const end = Math.min(middle + width, order.length);
      let left = start;
      let right = middle;
      const isInOrder = right === end || compare(from[middle - 1] ?? 0, from[middle] ?? 0) <= 0;
      if (isInOrder) {
        into.set(from.subarray(start, end), start);
        left = middle;
        right = end;
      }
      for (let at = start; left < middle || right < end; at++) {
        const isLeft = right === end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0);
        into[at] = from[isLeft ? left++ : right++] ?? 0;
        if (++steps % STEPS_A_TURN === 0) yield;
      }
      if (++steps % STEPS_A_TURN === 0) yield;
    }
    [from, into] = [into, from];
  }
  return from;
}
