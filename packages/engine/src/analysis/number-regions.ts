/** The gaps between some numbers. Each has numbers in it, of which some are given, round ones first. */
export function numberGaps(boundaries: readonly number[]): readonly (readonly [number, ...number[]])[] {
  const sorted = [...new Set(boundaries)].sort((a, b) => a - b);
  const ends = [Number.NEGATIVE_INFINITY, ...sorted, Number.POSITIVE_INFINITY];
  return sorted.length === 0
    ? [gap(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)].flatMap(known)
    : ends.slice(1).flatMap((high, at) => known(gap(ends[at] ?? 0, high)));
}

/** A few numbers between two. */
function gap(low: number, high: number): readonly number[] {
  const from = Number.isFinite(low) ? low : Number.isFinite(high) ? high - 20_000 : 1_000;
  const to = Number.isFinite(high) ? high : from + 20_000;
  const whole = Array.from({ length: 16 }, (_, at) => Math.floor(from) + at + 1);
  const split = Array.from({ length: 16 }, (_, at) => from + ((to - from) * (at + 1)) / 17);
  return [...whole, ...split, (from + to) / 2].filter((number) => low < number && number < high);
}

/** A gap in which nothing was found holds no number: its ends are neighbours. */
function known(numbers: readonly number[]): readonly (readonly [number, ...number[]])[] {
  const [first, ...others] = numbers;
  return first === undefined ? [] : [[first, ...others]];
}
