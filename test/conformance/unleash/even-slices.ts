import type { UnleashVariant } from "./specification.ts";

const PLACES = 1_000;
const BUCKETS_A_PLACE = 100;

type Slice = readonly [variant: string, from: number, to: number];

/**
 * Variants by weight as slices. Unleash takes the hash `% sum of weights`; where the sum divides 1,000 that repeats itself over
 * the 1,000 places of `% 1000`, so that the slices do.
 */
export function evenSlices(variants: readonly UnleashVariant[]): readonly Slice[] {
  const turn = variants.flatMap(({ name, weight }) => Array.from({ length: weight }, () => name));
  const slices: Slice[] = [];
  for (let place = 0; place < PLACES; place++) {
    const variant = turn[place % turn.length] ?? "";
    const before = slices.at(-1);
    const to = (place + 1) * BUCKETS_A_PLACE;
    if (before?.[0] === variant) slices[slices.length - 1] = [variant, before[1], to];
    else slices.push([variant, place * BUCKETS_A_PLACE, to]);
  }
  return slices;
}

/** Whether Unleash's places are among ours. */
export function divides(variants: readonly UnleashVariant[]): boolean {
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  return sum > 0 && PLACES % sum === 0;
}
