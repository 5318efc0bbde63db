/** A share that grows in even parts: what people write as one, and the steps that it becomes. */
import type { RolloutHold, RolloutStep } from "@burgee/db";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { bucketsOf, percentage } from "../settings/rollout-input.ts";

const span = z.int().min(1000, "A ramp goes by seconds.").max(LIMITS.rolloutHoldMs);

export const rampInput = z
  .strictObject({
    /** Left out, the ramp goes on from what stands when it begins. */
    from: percentage.optional(),
    to: percentage,
    /** From its first part to its last. */
    overMs: span,
    everyMs: span,
  })
  .refine(({ from = 0, to }) => from < to, { path: ["to"], error: "A ramp grows." })
  .refine(({ overMs, everyMs }) => overMs / everyMs <= LIMITS.rolloutSteps, {
    path: ["everyMs"],
    error: `A ramp has at most ${LIMITS.rolloutSteps} parts; let more time pass between them.`,
  });

export type Ramp = z.output<typeof rampInput>;

/**
 * The first part is let in when the ramp begins, the last one `overMs` later.
 * @param standing the buckets from which it grows where it does not say
 * @param hold after its last part
 */
export function unfolded(
  { from, to, overMs, everyMs }: Ramp,
  standing: number,
  audience: string | null,
  hold: RolloutHold,
): readonly RolloutStep[] {
  const parts = Math.ceil(overMs / everyMs);
  const [start, end] = [from === undefined ? standing : bucketsOf(from), bucketsOf(to)];
  const done = (part: number) => (from === undefined ? (part + 1) / (parts + 1) : part / parts);
  const ticks = Array.from({ length: parts + 1 }, (_, part) => ({
    buckets: Math.round(start + (end - start) * done(part)),
    afterMs: Math.min(part * everyMs, overMs),
  }));
  // A part of less than a bucket is none.
  const grown = ticks.filter(({ buckets }, index) => index === 0 || buckets !== ticks[index - 1]?.buckets);
  return grown.map(({ buckets }, index): RolloutStep => {
    const next = grown[index + 1];
    return {
      share: { type: "percentage", buckets },
      audience,
      hold: next ? { type: "tick", afterMs: next.afterMs } : hold,
    };
  });
}
