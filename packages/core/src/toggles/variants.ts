/** The variants of a toggle: what it can serve. */
import type { Variants } from "@burgee/db";
import type { ToggleKind, VariantValue } from "@burgee/engine";
import { isSame } from "./variant-value.ts";

export interface VariantSet {
  readonly kind: ToggleKind;
  readonly variants: Variants;
}

export const BOOLEAN_VARIANTS: Variants = { on: true, off: false };

/** The kind whose values look like this one. */
export function kindOf(value: VariantValue): ToggleKind {
  const type = typeof value;
  return type === "boolean" || type === "string" || type === "number" ? type : "json";
}

export function isOfKind(kind: ToggleKind, value: VariantValue): boolean {
  return kind === "json" || kind === kindOf(value);
}

/** The key of the variant that has this value; where none has it, the variant that has this key. */
export function variantMeant(set: VariantSet, wanted: VariantValue | undefined): string | undefined {
  const byValue = variantOf(set, { value: wanted });
  return byValue ?? (typeof wanted === "string" ? variantOf(set, { variant: wanted }) : undefined);
}

/** The key of the variant that has this value, or this key. Undefined when there is none, or both were given. */
export function variantOf(
  { variants }: VariantSet,
  { value, variant }: { readonly value?: VariantValue | undefined; readonly variant?: string | undefined },
): string | undefined {
  if (value !== undefined && variant !== undefined) return undefined;
  if (variant !== undefined) return Object.hasOwn(variants, variant) ? variant : undefined;
  if (value === undefined) return undefined;
  return Object.entries(variants).find(([, each]) => isSame(each, value))?.[0];
}
