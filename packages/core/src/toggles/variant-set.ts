/** The variants that a new toggle's input gives it. */
import type { Variants } from "@burgee/db";
import type { ToggleKind, VariantValue } from "@burgee/engine";
import type { InputIssue } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { givenName } from "../names.ts";
import type { ValueSchema } from "../value-schemas/check-value-schema.ts";
import { checkVariants } from "../value-schemas/check-variants.ts";
import { isSame } from "./variant-value.ts";
import { BOOLEAN_VARIANTS, isOfKind, kindOf, type VariantSet } from "./variants.ts";

export const variantKey = givenName(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  "Use 1 to 64 letters, digits, - or _, a letter or digit first.",
);

interface VariantInput {
  readonly kind?: ToggleKind | undefined;
  readonly variants?: Variants | undefined;
  readonly valueSchema?: ValueSchema | undefined;
  readonly default: VariantValue;
  readonly off?: VariantValue | undefined;
  readonly rules: readonly { readonly value?: VariantValue | undefined }[];
}

const VALUES: Readonly<Record<ToggleKind, string>> = {
  boolean: "true or false",
  string: "a text",
  number: "a number",
  json: "JSON",
};

/** @throws {AppError} "invalid_input" */
export function variantSetOf(input: VariantInput): VariantSet {
  const [first] = Object.values(input.variants ?? {});
  const kind = input.kind ?? kindOf(first === undefined ? input.default : first);
  if (kind === "boolean") return booleanSet(input);

  const variants = input.variants ?? variantsInUse(kind, input);
  demandVariants(kind, variants, input.valueSchema);
  return { kind, variants };
}

/** @throws {AppError} "invalid_input" where they can't be the variants of one toggle */
export function demandVariants(
  kind: ToggleKind,
  variants: Variants,
  valueSchema: ValueSchema | null | undefined,
): void {
  demandKind(kind, variants);
  if (Object.keys(variants).length > LIMITS.variantsPerToggle)
    throw refused("/variants", "too_many", `A toggle has at most ${LIMITS.variantsPerToggle} variants.`);
  demandDistinct(variants);
  const mismatches = valueSchema ? checkVariants(valueSchema, variants) : [];
  if (mismatches.length > 0) throw refuse(mismatches);
}

/** @throws {AppError} "invalid_input" where anything else is asked of it */
export function booleanSet({
  variants,
  valueSchema,
}: Pick<VariantInput, "variants"> & { readonly valueSchema?: unknown }): VariantSet {
  if (variants !== undefined) {
    const message = "A boolean toggle's variants are on and off; leave them out.";
    throw refused("/variants", "fixed_variants", message);
  }
  if (valueSchema !== undefined) {
    const message = "A boolean toggle serves true and false, and needs no schema.";
    throw refused("/valueSchema", "fixed_variants", message);
  }
  return { kind: "boolean", variants: BOOLEAN_VARIANTS };
}

function demandKind(kind: ToggleKind, variants: Variants): void {
  const wrong = Object.entries(variants).find(([, value]) => !isOfKind(kind, value));
  if (!wrong) return;
  throw refused(`/variants/${wrong[0]}`, "wrong_kind", `Every value of a ${kind} toggle is ${VALUES[kind]}.`);
}

function demandDistinct(variants: Variants): void {
  const values = new Set(Object.values(variants));
  const ambiguous = Object.keys(variants).find((key) => variants[key] !== key && values.has(key));
  if (ambiguous === undefined) return;
  throw refused(
    `/variants/${ambiguous}`,
    "ambiguous_variant",
    `${ambiguous} is one variant's key and another's value; nobody could tell which one is meant.`,
  );
}

/** Each value that the input serves, under a key of its own: the value itself where it can be a key. */
function variantsInUse(kind: ToggleKind, input: VariantInput): Variants {
  const used = [input.default, input.off, ...input.rules.map((rule) => rule.value)];
  const values: VariantValue[] = [];
  for (const value of used) {
    if (value === undefined || !isOfKind(kind, value)) continue;
    if (!values.some((known) => isSame(known, value))) values.push(value);
  }
  const variants = new Map<string, VariantValue>();
  for (const value of values.filter(isKey)) variants.set(String(value), value);
  for (const value of values) if (!isKey(value)) variants.set(freeKey(variants), value);
  return Object.fromEntries(variants);
}

function isKey(value: VariantValue): value is string | number {
  const isPlain = typeof value === "string" || typeof value === "number";
  return isPlain && variantKey.safeParse(String(value)).success;
}

function freeKey(taken: ReadonlyMap<string, VariantValue>): string {
  let number = 1;
  while (taken.has(`variant-${number}`)) number += 1;
  return `variant-${number}`;
}

function refused(pointer: InputIssue["pointer"], code: string, message: string) {
  return refuse([{ pointer, code, message }]);
}
