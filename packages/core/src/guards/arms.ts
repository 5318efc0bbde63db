/** Whom a guard compares: users who have what is rolled out, and as many who don't, told apart by their buckets. */
import type { SettingServe } from "@burgee/db";
import { BUCKETS, type BucketDomain, hashFamily } from "@burgee/engine";

/** `rest` has what is rolled out, and nobody is there to compare them with. */
export type Arm = "treatment" | "control" | "rest";

type Interval = readonly [from: number, to: number];

export interface Arms {
  readonly salt: string;
  readonly stickiness: string;
  readonly hash: string | undefined;
  readonly domain: BucketDomain;
  readonly treatment: readonly Interval[];
  readonly control: readonly Interval[];
  readonly rest: readonly Interval[];
}

/**
 * Treatment and control of one size. While less than half have it, treatment is all of them, and control lies at the other end of the line of
 * buckets: while the share grows, nobody leaves their arm. Beyond the half both shrink. Where everybody has it, all of them are treatment, and
 * there is no control.
 * @param serve the share that a plan raised; undefined where everybody is served the same
 */
export function armsOf(
  serve: SettingServe,
  { salt, defaultVariant }: { readonly salt: string; readonly defaultVariant: string },
): Arms | undefined {
  if (serve.type === "variant") return undefined;
  const treated: readonly Interval[] =
    serve.type === "percentage"
      ? [[0, serve.buckets]]
      : serve.slices.filter(([variant]) => variant !== defaultVariant).map(([, from, to]) => [from, to]);
  const others = complementOf(treated);
  const size = Math.min(sizeOf(treated), sizeOf(others)) || sizeOf(treated);
  const [treatment, rest] = cut(treated, size);
  const [, control] = cut(others, sizeOf(others) - Math.min(size, sizeOf(others)));
  return {
    salt,
    stickiness: serve.stickiness,
    hash: serve.hash,
    domain: serve.type === "percentage" ? "rollout" : "variant",
    treatment,
    control,
    rest,
  };
}

/** Places texts of the attribute that is hashed; undefined for those of no arm. */
export function armFinder({ salt, hash, domain, ...arms }: Arms): (text: string) => Arm | undefined {
  const bucketer = hashFamily(hash)?.(salt, domain);
  const order = ["treatment", "control", "rest"] as const;
  return (text) => {
    if (!bucketer) return undefined;
    const bucket = bucketer(text);
    return order.find((arm) => arms[arm].some(([from, to]) => from <= bucket && bucket < to));
  };
}

export function sizeOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [from, to]) => sum + to - from, 0);
}

function complementOf(intervals: readonly Interval[]): readonly Interval[] {
  const ordered = [...intervals].sort(([one], [other]) => one - other);
  const starts = [0, ...ordered.map(([, to]) => to)];
  const ends = [...ordered.map(([from]) => from), BUCKETS];
  return starts.map((from, index): Interval => [from, ends[index] ?? from]).filter(([from, to]) => from < to);
}

/** The first `size` buckets, and all others. */
function cut(
  intervals: readonly Interval[],
  size: number,
): readonly [readonly Interval[], readonly Interval[]] {
  const first: Interval[] = [];
  const others: Interval[] = [];
  let left = size;
  for (const [from, to] of [...intervals].sort(([one], [other]) => one - other)) {
    const middle = Math.min(to, from + left);
    left -= middle - from;
    if (from < middle) first.push([from, middle]);
    if (middle < to) others.push([middle, to]);
  }
  return [first, others];
}
