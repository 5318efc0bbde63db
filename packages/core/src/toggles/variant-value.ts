/** What a variant may serve, as people write it. */
import type { VariantValue } from "@burgee/engine";
import canonicalize from "canonicalize";
import { z } from "zod";
import { LIMITS } from "../limits.ts";

/** Any JSON within bounds; whether it is of a toggle's kind is for that toggle to say. */
export const variantValue = z.unknown().superRefine((value, refinement) => {
  const message = faultOf(value);
  if (message !== undefined) refinement.addIssue({ code: "custom", message });
}) as unknown as z.ZodType<VariantValue, VariantValue>;

/** Whether two values are one, however their names are ordered. */
export function isSame(one: VariantValue, other: VariantValue): boolean {
  return one === other || canonicalize(one) === canonicalize(other);
}

function faultOf(value: unknown): string | undefined {
  if (value === undefined) return "Give true, false, a number, a text or JSON.";
  if (typeof value === "string" && value.length > LIMITS.variantValueLength)
    return `Use at most ${LIMITS.variantValueLength} characters.`;
  const fault = jsonFault(value, LIMITS.variantValueDepth);
  if (fault !== undefined) return fault;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= LIMITS.variantValueBytes) return undefined;
  return `A value has at most ${LIMITS.variantValueBytes} bytes as JSON; this one has ${bytes}.`;
}

/** Why Postgres or a reader would not take it. */
export function jsonFault(value: unknown, depth: number): string | undefined {
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "Give a finite number.";
  // Postgres keeps neither NUL nor half of a surrogate pair.
  if (typeof value === "string")
    return value.isWellFormed() && !value.includes("\0") ? undefined : "This is no valid Unicode text.";
  if (typeof value !== "object") return "Give true, false, a number, a text or JSON.";
  if (depth === 0) return `A value is nested at most ${LIMITS.variantValueDepth} levels deep.`;
  for (const [name, inner] of Object.entries(value)) {
    const fault = jsonFault(name, depth) ?? jsonFault(inner, depth - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
