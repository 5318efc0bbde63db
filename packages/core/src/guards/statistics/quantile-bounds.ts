/**
 * Between which values a quantile lies, at every moment at once, from counts by classes of values.
 *
 * A quantile is above an edge exactly where less than its share lies up to the edge, and only the edge next to the true quantile can be judged
 * wrongly first: so one sequence for one share bounds the quantile, however many edges there are.
 * Source: Howard and Ramdas 2022, "Sequential estimation of quantiles with applications to A/B testing", theorem 1.
 */
import { logEvidenceAbove } from "./evidence-above.ts";

/** How many values each class holds, by its number. */
export type Histogram = ReadonlyMap<number, number>;

/** Eight classes for each doubling: an edge is 9 % above the one before it. */
const CLASSES_PER_DOUBLING = 8;
/** From a thousandth of a millisecond to some twelve days of them, should values be milliseconds. */
const LEAST_CLASS = -10 * CLASSES_PER_DOUBLING;
const LARGEST_CLASS = 30 * CLASSES_PER_DOUBLING;

/** The class of a value from 0. */
export function classOf(value: number): number {
  if (!(value > 0)) return LEAST_CLASS;
  const exact = Math.ceil(Math.log2(value) * CLASSES_PER_DOUBLING);
  return Math.min(Math.max(exact, LEAST_CLASS), LARGEST_CLASS);
}

/** The largest value of a class. */
export function edgeOf(valueClass: number): number {
  return 2 ** (valueClass / CLASSES_PER_DOUBLING);
}

/** The quantile as it was seen, to its class's edge; undefined without values. */
export function quantileOf(histogram: Histogram, share: number): number | undefined {
  const { of, edges } = cumulated(histogram);
  return edges.find(({ upTo }) => upTo >= share * of)?.edge;
}

/** An edge that the quantile is proven to be above; 0 where there is none. */
export function quantileAtLeast(histogram: Histogram, share: number, rate: number): number {
  const { of, edges } = cumulated(histogram);
  const needed = -Math.log(rate);
  const above = edges.findLast(({ upTo }) => logEvidenceAbove(1 - share, { hits: of - upTo, of }) >= needed);
  return above?.edge ?? 0;
}

/** An edge that the quantile is proven to be at most; infinite where there is none. */
export function quantileAtMost(histogram: Histogram, share: number, rate: number): number {
  const { of, edges } = cumulated(histogram);
  const needed = -Math.log(rate);
  const below = edges.find(({ upTo }) => logEvidenceAbove(share, { hits: upTo, of }) >= needed);
  return below?.edge ?? Number.POSITIVE_INFINITY;
}

function cumulated(histogram: Histogram) {
  const classes = [...histogram].sort(([one], [other]) => one - other);
  let of = 0;
  const edges = classes.map(([valueClass, count]) => {
    of += count;
    return { edge: edgeOf(valueClass), upTo: of };
  });
  return { of, edges };
}
