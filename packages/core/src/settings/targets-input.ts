/** Users who get a variant of their own, whatever the rules say. */
import { type Targets, WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import type { InputIssue } from "../errors/app-error.ts";
import { storedText } from "../names.ts";
import type { VariantSet } from "../toggles/variants.ts";

const MOST = WRITE_LIMITS.listedIds;

/** A list of users, or of whatever a segment is of. */
export const idsInput = z
  .array(storedText(WRITE_LIMITS.idLength).min(1, "An id is no empty text."))
  .max(MOST, `List at most ${MOST} ids.`);

/** Variant key to the users who get it. */
export const targetsInput = z
  .record(z.string().max(64), idsInput)
  .refine((targets) => countOf(targets) <= MOST, {
    error: ({ input }) => `A setting has at most ${MOST} targets; these are ${countOf(input)}.`,
  });

/** The targets without repetition, and what is wrong with them. */
export function toTargets(
  written: Targets,
  { variants }: VariantSet,
): { readonly targets: Targets; readonly issues: readonly InputIssue[] } {
  const issues: InputIssue[] = [];
  const variantOf = new Map<string, string>();
  const lists = Object.entries(written).filter(([, ids]) => ids.length > 0);
  for (const [variant, ids] of lists) {
    const pointer = `/targets/${variant}`;
    if (!Object.hasOwn(variants, variant)) {
      const message = `There is no variant ${variant}, only ${Object.keys(variants).join(", ")}.`;
      issues.push({ pointer, code: "unknown_variant", message });
    }
    for (const [index, id] of ids.entries()) {
      const other = variantOf.get(id) ?? variant;
      variantOf.set(id, other);
      if (other === variant) continue;
      const message = `${id} is a target of ${other} already; a user gets one variant.`;
      issues.push({ pointer: `${pointer}/${index}`, code: "repeated_target", message });
    }
  }
  return {
    targets: Object.fromEntries(lists.map(([variant, ids]) => [variant, [...new Set(ids)]])),
    issues,
  };
}

function countOf(targets: unknown): number {
  const lists: unknown[] = typeof targets === "object" && targets !== null ? Object.values(targets) : [];
  return lists.reduce<number>((count, ids) => count + (Array.isArray(ids) ? ids.length : 0), 0);
}
