/** What people write to create a toggle: its definition, and its setting in one environment. */
import type { NewToggle, Toggle, ToggleDefinition } from "@burgee/db";
import { z } from "zod";
import { environmentScope } from "../access/scope.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { optionalName, storedText, tag, toggleKey } from "../names.ts";
import { offByNature, settingInput } from "../settings/setting-input.ts";
import { booleanSet, demandVariants, variantKey, variantSetOf } from "./variant-set.ts";
import { jsonFault, variantValue } from "./variant-value.ts";
import { variantMeant } from "./variants.ts";

const valueSchema = z.record(z.string(), z.unknown()).superRefine((schema, refinement) => {
  const message = jsonFault(schema, LIMITS.jsonDepth);
  if (message !== undefined) refinement.addIssue({ code: "custom", message });
});

const tags = z
  .array(tag)
  .max(LIMITS.tagsPerToggle, `A toggle has at most ${LIMITS.tagsPerToggle} tags.`)
  .transform((all) => [...new Set(all)].sort());

const toggleInput = {
  key: toggleKey,
  /** Left out, it is what the variants (else the default) say: a text makes a toggle of texts, an object one of JSON. */
  kind: z.enum(["boolean", "string", "number", "json"]).optional(),
  /** What people call it, where its key does not say enough. */
  name: optionalName.default(""),
  description: storedText(LIMITS.descriptionLength).default(""),
  /** By which it is found. */
  tags: tags.default([]),
  /** Variants by key, but for a boolean toggle; left out, each value that is used anywhere is a variant of its own. */
  variants: z.record(variantKey, variantValue).optional(),
  /** A JSON Schema that every variant must meet. */
  valueSchema: valueSchema.optional(),
  ...settingInput,
  enabled: settingInput.enabled.default(true),
};

export const createToggleInput = z.strictObject({ ...environmentScope, ...toggleInput });
export type CreateToggleInput = z.output<typeof createToggleInput>;

/** What may change of a toggle later on; what is left out stays as it is. */
export const definitionInput = {
  name: optionalName.optional(),
  description: storedText(LIMITS.descriptionLength).optional(),
  tags: tags.optional(),
  variants: z.record(variantKey, variantValue).optional(),
  /** Null takes the schema away. */
  valueSchema: valueSchema.nullable().optional(),
};
const definitionInputObject = z.object(definitionInput);

/** @throws {AppError} "invalid_input" */
export function toDefinition(
  input: z.output<typeof definitionInputObject>,
  current: Toggle,
): ToggleDefinition {
  const variants = input.variants ?? current.variants;
  const schema = input.valueSchema === undefined ? current.valueSchema : input.valueSchema;
  if (current.kind === "boolean") booleanSet({ variants: input.variants, valueSchema: schema ?? undefined });
  else demandVariants(current.kind, variants, schema);
  return {
    name: input.name ?? current.name,
    description: input.description ?? current.description,
    tags: input.tags ?? current.tags,
    variants,
    valueSchema: schema,
  };
}

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
    name: input.name,
    tags: input.tags,
    description: input.description,
    ...variantSet,
    valueSchema: input.valueSchema ?? null,
    defaultVariant,
    offVariant: variantMeant(variantSet, input.off) ?? offByNature(variantSet.kind, defaultVariant),
  };
}
