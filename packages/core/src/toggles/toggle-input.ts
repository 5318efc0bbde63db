/** What people write to create a toggle: its definition, and its setting in one environment. */
import type { NewToggle } from "@burgee/db";
import { z } from "zod";
import { environmentScope } from "../access/scope.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { givenName, storedText, toggleKey } from "../names.ts";
import { offByNature, type SettingInput, settingInput, variantValue } from "../settings/setting-input.ts";
import { BOOLEAN_VARIANTS, type VariantSet, variantMeant } from "./variants.ts";

const variantKey = givenName(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  "Use 1 to 64 letters, digits, - or _, a letter or digit first.",
);

const toggleInput = {
  key: toggleKey,
  /** Left out, it is what the default says: true or false makes a boolean toggle, a text one of texts. */
  kind: z.enum(["boolean", "string"]).optional(),
  description: storedText(LIMITS.descriptionLength).default(""),
  /** A text toggle's variants by key; left out, each text that is used anywhere is a variant of its own. */
  variants: z.record(variantKey, variantValue).optional(),
  ...settingInput,
  enabled: settingInput.enabled.default(true),
};

export const createToggleInput = z.strictObject({ ...environmentScope, ...toggleInput });
export type CreateToggleInput = z.output<typeof createToggleInput>;

/** @throws {AppError} "invalid_input" */
export function toNewToggle(input: CreateToggleInput): Omit<NewToggle, "projectId"> {
  const variantSet = variantSetOf(input);
  const defaultVariant = variantMeant(variantSet, input.default);
  if (defaultVariant === undefined) {
    throw refuse([
      {
        pointer: "/default",
        code: "unknown_variant",
        message: "The default is the value or the key of none of the variants.",
      },
    ]);
  }

  return {
    key: input.key,
    description: input.description,
    ...variantSet,
    defaultVariant,
    offVariant: variantMeant(variantSet, input.off) ?? offByNature(variantSet.kind, defaultVariant),
  };
}

function variantSetOf(input: CreateToggleInput): VariantSet {
  const kind = input.kind ?? (typeof input.default === "boolean" ? "boolean" : "string");
  if (kind === "boolean") {
    if (input.variants === undefined) return { kind, variants: BOOLEAN_VARIANTS };
    throw refuse([
      {
        pointer: "/variants",
        code: "fixed_variants",
        message: "A boolean toggle's variants are on and off; leave them out.",
      },
    ]);
  }

  const variants = input.variants ?? variantsInUse(input);
  const notText = Object.keys(variants).find((key) => typeof variants[key] !== "string");
  if (notText !== undefined) {
    throw refuse([
      {
        pointer: `/variants/${notText}`,
        code: "wrong_kind",
        message: "Every value of a string toggle is a text.",
      },
    ]);
  }
  if (Object.keys(variants).length > LIMITS.variantsPerToggle) {
    throw refuse([
      {
        pointer: "/variants",
        code: "too_many",
        message: `A toggle has at most ${LIMITS.variantsPerToggle} variants.`,
      },
    ]);
  }
  const values = new Set(Object.values(variants));
  const ambiguous = Object.keys(variants).find((key) => variants[key] !== key && values.has(key));
  if (ambiguous !== undefined) {
    throw refuse([
      {
        pointer: `/variants/${ambiguous}`,
        code: "ambiguous_variant",
        message: `${ambiguous} is one variant's key and another's value; nobody could tell which one is meant.`,
      },
    ]);
  }
  return { kind, variants };
}

/** Each text that the input serves, under a key of its own: the text itself where it can be a key. */
function variantsInUse(input: SettingInput): Readonly<Record<string, string>> {
  const values = [input.default, input.off, ...input.rules.map((rule) => rule.value)];
  const texts = new Set(values.filter((value) => typeof value === "string"));
  const named = [...texts].filter((text) => variantKey.safeParse(text).success);
  const variants = new Map(named.map((text) => [text, text]));
  for (const text of texts) {
    if (!variants.has(text)) variants.set(freeKey(variants), text);
  }
  return Object.fromEntries(variants);
}

function freeKey(taken: ReadonlyMap<string, string>): string {
  let number = 1;
  while (taken.has(`variant-${number}`)) number += 1;
  return `variant-${number}`;
}
