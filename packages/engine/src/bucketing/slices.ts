import type { Slice } from "../ruleset/ruleset.ts";
import { BUCKETS } from "./bucket.ts";

/** Variant key to its share, in buckets of 100,000. A variant that is missing has none. */
export type Weights = Readonly<Record<string, number>>;

/**
 * The slices of a split after its weights changed, in order, each as long as can be.
 *
 * Moves as few buckets as possible: a variant gives up only what it loses, a growing one takes that before it takes buckets of
 * nobody. The order of `weights` means nothing, so adding and reordering variants moves nobody else. An edit leaves at most one
 * slice or gap more for each variant whose weight it changes.
 *
 * @throws {RangeError} when a weight is no whole number from 0, or together they exceed 100,000
 */
export function withWeights(slices: readonly Slice[], weights: Weights): readonly Slice[] {
  const wanted = checked(weights);
  const changes = changesOf(slices, wanted);
  const isGrowing = (variant: string | undefined) => variant !== undefined && (changes.get(variant) ?? 0) > 0;

  const { kept, released } = release(merged(slices), changes, isGrowing);
  const gaps = gapsOf(merged(slices));
  const taken = [...kept];
  for (const free of [released, gaps]) take(taken, free, changes);
  return merged(taken);
}

type Interval = readonly [from: number, to: number];

function checked(weights: Weights): ReadonlyMap<string, number> {
  const wanted = new Map(Object.entries(weights));
  let total = 0;
  for (const [variant, weight] of wanted) {
    if (!Number.isSafeInteger(weight) || weight < 0) {
      throw new RangeError(`The weight of '${variant}' is ${weight}; it must be a whole number from 0.`);
    }
    total += weight;
  }
  if (total > BUCKETS)
    throw new RangeError(`The weights sum to ${total}; at most ${BUCKETS} buckets are there.`);
  return wanted;
}

/** By how much each variant grows (or shrinks, below zero). */
function changesOf(slices: readonly Slice[], wanted: ReadonlyMap<string, number>): Map<string, number> {
  const changes = new Map(wanted);
  for (const [variant, from, to] of slices) changes.set(variant, (changes.get(variant) ?? 0) - (to - from));
  return new Map([...changes].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Takes from each shrinking variant what it loses: its shortest slices whole, and of one a part, next to one that grows if there is. */
function release(
  slices: readonly Slice[],
  changes: ReadonlyMap<string, number>,
  isGrowing: (variant: string | undefined) => boolean,
): { kept: Slice[]; released: Interval[] } {
  const lost = new Map([...changes].map(([variant, change]) => [variant, Math.max(-change, 0)]));
  const kept: Slice[] = [];
  const released: Interval[] = [];
  for (const slice of byLength(slices)) {
    const [variant, from, to] = slice;
    const length = Math.min(lost.get(variant) ?? 0, to - from);
    lost.set(variant, (lost.get(variant) ?? 0) - length);
    const isCutBelow = isGrowing(slices.find(([, , end]) => end === from)?.[0]);
    const cut: Interval = isCutBelow ? [from, from + length] : [to - length, to];
    if (length > 0) released.push(cut);
    if (length < to - from) kept.push(isCutBelow ? [variant, cut[1], to] : [variant, from, cut[0]]);
  }
  return { kept, released: joined(released) };
}

/** Gives `free` to those that grow: first where they lie beside it, then the longest intervals to whom needs most. */
function take(taken: Slice[], free: readonly Interval[], changes: Map<string, number>): void {
  let left = free;
  const grow = (variant: string, [from, to]: Interval, isFromAbove: boolean) => {
    const length = Math.min(changes.get(variant) ?? 0, to - from);
    if (length <= 0) return;
    const part: Interval = isFromAbove ? [to - length, to] : [from, from + length];
    taken.push([variant, ...part]);
    changes.set(variant, (changes.get(variant) ?? 0) - length);
    left = left.flatMap((interval) => without(interval, part));
  };

  for (const [variant, from, to] of [...taken]) {
    for (const interval of left) {
      if (interval[0] === to) grow(variant, interval, false);
      else if (interval[1] === from) grow(variant, interval, true);
    }
  }
  const neediest = [...changes].sort(([, one], [, other]) => other - one);
  for (const [variant] of neediest) {
    for (const interval of byLength(left).reverse()) grow(variant, interval, false);
  }
}

function byLength<Part extends Interval | Slice>(parts: readonly Part[]): Part[] {
  return [...parts].sort((one, other) => lengthOf(one) - lengthOf(other));
}

function lengthOf(part: Interval | Slice): number {
  const [from, to] = part.slice(-2);
  return Number(to) - Number(from);
}

function without([from, to]: Interval, [start, end]: Interval): readonly Interval[] {
  if (end <= from || start >= to) return [[from, to]];
  const rest: readonly Interval[] = [
    [from, start],
    [end, to],
  ];
  return rest.filter(([low, high]) => low < high);
}

/** The buckets of no slice. */
function gapsOf(slices: readonly Slice[]): readonly Interval[] {
  let gaps: readonly Interval[] = [[0, BUCKETS]];
  for (const [, from, to] of slices) gaps = gaps.flatMap((gap) => without(gap, [from, to]));
  return gaps;
}

/** In order, neighbours of one variant as one slice. */
function merged(slices: readonly Slice[]): readonly Slice[] {
  const result: Slice[] = [];
  for (const slice of [...slices].sort(([, one], [, other]) => one - other)) {
    const last = result.at(-1);
    if (last && last[0] === slice[0] && last[2] === slice[1])
      result.splice(-1, 1, [last[0], last[1], slice[2]]);
    else result.push(slice);
  }
  return result;
}

function joined(intervals: readonly Interval[]): Interval[] {
  return merged(intervals.map(([from, to]): Slice => ["", from, to])).map(([, from, to]) => [from, to]);
}
