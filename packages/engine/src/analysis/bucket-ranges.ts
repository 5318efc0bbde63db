import { BUCKETS } from "../bucketing/bucket.ts";
import { comparisonOf } from "../expressions/functions.ts";
import type { Slice } from "../ruleset/ruleset.ts";
import type { Ranges } from "./atom.ts";

/** The buckets for which `bucket(…) op percent` holds; `undefined` for what is no order. */
export function bucketRanges(op: string, percent: number): Ranges | undefined {
  const holds = comparisonOf(op);
  if (!holds || op === "==" || op === "!=") return undefined;
  const isMet = (bucket: number) => holds(bucket / 1000, percent);

  const first = isMet(0);
  let low = 0;
  let high = BUCKETS;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isMet(middle) === first) low = middle + 1;
    else high = middle;
  }
  return nonEmpty([first ? [0, low] : [low, BUCKETS]]);
}

/** The buckets that a split serves: all, or those of some of its variants. */
export function slicesFor(slices: readonly Slice[], wanted?: ReadonlySet<string>): Ranges {
  let end = 0;
  const ranges: [number, number][] = [];
  for (const [variant, from, to] of slices) {
    const start = Math.max(from, end);
    end = Math.max(end, to);
    if (start < to && (!wanted || wanted.has(variant))) ranges.push([start, to]);
  }
  return nonEmpty(ranges);
}

export function nonEmpty(ranges: Ranges): Ranges {
  return ranges.filter(([from, to]) => from < to && from < BUCKETS && to > 0);
}

export function holdsBucket(ranges: Ranges, bucket: number): boolean {
  return ranges.some(([from, to]) => from <= bucket && bucket < to);
}
