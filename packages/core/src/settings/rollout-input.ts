/** What people write as a rollout, and the serve that it becomes: percent here, buckets there. */
import type { SettingServe } from "@burgee/db";
import { BUCKETS, type Slice, WRITE_LIMITS, withWeights } from "@burgee/engine";
import { z } from "zod";
import type { InputIssue } from "../errors/app-error.ts";
import { attributeName } from "../names.ts";

/** Buckets of one percent: the engine counts in thousandths. */
const BUCKETS_PER_PERCENT = BUCKETS / 100;

export function bucketsOf(percent: number): number {
  return Math.round(percent * BUCKETS_PER_PERCENT);
}

export function percentOf(buckets: number): number {
  return buckets / BUCKETS_PER_PERCENT;
}

export const percentage = z
  .number("Give a percentage as a number from 0 to 100.")
  .min(0, "A percentage is at least 0.")
  .max(100, "A percentage is at most 100.")
  .refine(
    (value) => value === percentOf(bucketsOf(value)),
    "A percentage has at most three decimals: the smallest share is 0.001 %.",
  );

const stickiness = attributeName.default("userId");
export const weights = z
  .record(z.string().max(64), percentage)
  .refine((shares) => sumOf(shares) === BUCKETS, {
    error: ({ input }) => `The weights of a split sum to 100; these sum to ${percentOf(sumOf(input))}.`,
  });

const splitInput = z.strictObject({
  type: z.literal("split"),
  /** Variant key to percent. */
  weights,
  stickiness,
});
const percentageInput = z.strictObject({ type: z.literal("percentage"), value: percentage, stickiness });

/** A rule's: what a percentage serves, the rule says. */
export const ruleRolloutInput = z.discriminatedUnion("type", [percentageInput, splitInput]);

export const rolloutInput = z.discriminatedUnion("type", [
  /** The variant's key; a boolean toggle's is `on`. */
  percentageInput.extend({ variant: z.string().max(64).optional() }),
  splitInput,
]);

type Percentage = z.output<typeof percentageInput>;
type Split = z.output<typeof splitInput>;

export function percentageOf(variant: string, { value, stickiness }: Percentage): SettingServe {
  return { type: "percentage", variant, buckets: bucketsOf(value), stickiness };
}

/**
 * The split, cut so that it moves the fewest users from what `previous` served.
 * @param pointer where the split stands in the input
 */
export function splitOf(
  { weights, stickiness }: Split,
  previous: SettingServe | null | undefined,
  pointer: string,
): { readonly serve: SettingServe; readonly issues: readonly InputIssue[] } {
  const before: readonly Slice[] = previous?.type === "split" ? previous.slices : [];
  const buckets = Object.fromEntries(
    Object.entries(weights).map(([variant, percent]) => [variant, bucketsOf(percent)]),
  );
  const slices = withWeights(before, buckets);
  const message = `This split was changed so often that it lies in ${slices.length} pieces; at most ${WRITE_LIMITS.slices} are kept. Remove it and add it anew.`;
  return {
    serve: { type: "split", slices, stickiness },
    issues:
      slices.length > WRITE_LIMITS.slices
        ? [{ pointer: `${pointer}/weights`, code: "too_many_slices", message }]
        : [],
  };
}

/** What a split's slices sum to, in percent by variant, in the order of their keys. */
export function weightsOf(slices: readonly Slice[]): Readonly<Record<string, number>> {
  const buckets = new Map<string, number>();
  for (const [variant, from, to] of slices) buckets.set(variant, (buckets.get(variant) ?? 0) + to - from);
  const byVariant = [...buckets].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(byVariant.map(([variant, share]) => [variant, percentOf(share)]));
}

function sumOf(weights: unknown): number {
  const shares: unknown[] = typeof weights === "object" && weights !== null ? Object.values(weights) : [];
  return shares.reduce<number>((sum, share) => sum + bucketsOf(Number(share)), 0);
}
