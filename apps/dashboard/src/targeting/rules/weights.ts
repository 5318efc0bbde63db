/** The weights of a split, in thousandths of a percent as whole numbers, so that sums are exact. */
import { bucketsOf, percentOf, sumOf } from "../outcome/compile-draft.ts";

export type Weights = Readonly<Record<string, number>>;

const WHOLE = 100_000;

/** One weight changed; where the sum is locked, the others give or take in proportion to what they have. */
export function withWeight(weights: Weights, variant: string, percent: number, isLocked: boolean): Weights {
  const wanted = clamp(bucketsOf(percent));
  if (!isLocked) return { ...weights, [variant]: percentOf(wanted) };
  const others = Object.keys(weights).filter((each) => each !== variant);
  if (others.length === 0) return { [variant]: percentOf(WHOLE) };

  const left = WHOLE - wanted;
  const had = others.reduce((sum, each) => sum + bucketsOf(weights[each] ?? 0), 0);
  const shares = others.map((each) => {
    const share = had === 0 ? left / others.length : (bucketsOf(weights[each] ?? 0) * left) / had;
    return [each, Math.floor(share)] as const;
  });
  const rest = left - shares.reduce((sum, [, share]) => sum + share, 0);
  const [heir] = [...shares].sort(([, one], [, other]) => other - one);
  const changed = shares.map(
    ([each, share]) => [each, percentOf(share + (each === heir?.[0] ? rest : 0))] as const,
  );
  const next = new Map<string, number>([...changed, [variant, percentOf(wanted)]]);
  return Object.fromEntries(Object.keys(weights).map((each) => [each, next.get(each) ?? 0]));
}

/** What the weights lack of 100, below zero where they are too much. */
export function lackOf(weights: Weights): number {
  return percentOf(WHOLE - sumOf(weights));
}

function clamp(buckets: number): number {
  return Math.min(WHOLE, Math.max(0, buckets));
}
