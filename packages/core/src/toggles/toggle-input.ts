/** What people write to create a toggle: its definition, and its setting in one environment. */
import type { NewToggle } from "@burgee/db";
import { z } from "zod";
import { environmentScope } from "../access/scope.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { storedText, toggleKey } from "../names.ts";
import { offByNature, settingInput } from "../settings/setting-input.ts";
import { variantKey, variantSetOf } from "./variant-set.ts";
import { jsonFault, variantValue } from "./variant-value.ts";
import { variantMeant } from "./variants.ts";

const valueSchema = z.record(z.string(), z.unknown()).superRefine((schema, refinement) => {
  const message = jsonFault(schema, LIMITS.jsonDepth);
  if (message !== undefined) refinement.addIssue({ code: "custom", message });
});

const toggleInput = {
  key: toggleKey,
  /** Left out, it is what the variants (else the default) say: a text makes a toggle of texts, an object one of JSON. */
  kind: z.enum(["boolean", "string", "number", "json"]).optional(),
  description: storedText(LIMITS.descriptionLength).default(""),
  /** Variants by key, but for a boolean toggle; left out, each value that is used anywhere is a variant of its own. */
  variants: z.record(variantKey, variantValue).optional(),
  /** A JSON Schema that every variant must meet. */
  valueSchema: valueSchema.optional(),
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
    valueSchema: input.valueSchema ?? null,
    defaultVariant,
    offVariant: variantMeant(variantSet, input.off) ?? offByNature(variantSet.kind, defaultVariant),
  };
}
