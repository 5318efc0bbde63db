/** Whether a toggle's variants are what its schema says. */
import type { Variants } from "@burgee/db";
import { type OutputUnit, Validator } from "@cfworker/json-schema";
import type { InputIssue } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { checkValueSchema, partsOf, type SchemaCost, type ValueSchema } from "./check-value-schema.ts";

/** Keywords that say of a part what a deeper one says better. */
const AROUND = new Set([
  ...["$ref", "properties", "patternProperties", "additionalProperties", "unevaluatedProperties"],
  ...[
    "propertyNames",
    "dependentSchemas",
    "prefixItems",
    "items",
    "unevaluatedItems",
    "allOf",
    "then",
    "else",
  ],
]);

/** What is wrong with the schema at `/valueSchema`, or with each variant by it. */
export function checkVariants(schema: ValueSchema, variants: Variants): readonly InputIssue[] {
  const checked = checkValueSchema(schema, "/valueSchema");
  if (!checked.ok) return [checked.issue];
  if (costs(checked.cost, Object.values(variants)) > 1) {
    const message =
      "Checking these variants against this schema would take too long; make one of them smaller.";
    return [{ pointer: "/valueSchema", code: "invalid_schema", message }];
  }

  // A copy: the validator leaves marks in what it is given.
  const validator = new Validator(structuredClone(schema), "2020-12");
  return Object.entries(variants).flatMap(([key, value]) => {
    const { valid, errors } = validator.validate(value);
    return valid ? [] : [mismatch(key, errors)];
  });
}

/** Of what may be spent on one save; more than 1 is too much. */
function costs({ steps, looks, comparesItems }: SchemaCost, values: readonly unknown[]): number {
  const parts = values.map(partsOf);
  const all = parts.reduce((sum, each) => sum + each, 0);
  const pairs = comparesItems ? parts.reduce((sum, each) => sum + each * each, 0) : 0;
  const characters = values.reduce<number>((sum, value) => sum + JSON.stringify(value).length, 0);
  return Math.max(
    (steps * all + pairs) / LIMITS.valueSchemaChecks,
    (looks * characters) / LIMITS.valueSchemaLooks,
  );
}

function mismatch(key: string, errors: readonly OutputUnit[]): InputIssue {
  const inner = errors.findIndex(({ keyword }) => !AROUND.has(keyword));
  // 'false' only says that nothing may stand here; what is around it says where that is written.
  const said = errors[inner]?.keyword === "false" ? errors[Math.max(inner - 1, 0)] : errors[inner];
  const place = said?.instanceLocation.slice(1) ?? "";
  const where = place === "" ? "" : `, at ${place},`;
  return {
    pointer: `/variants/${key}${place}`,
    code: "schema_mismatch",
    message: `The variant ${key}${where} is not what valueSchema says: ${said?.error ?? "no value is allowed."}`,
  };
}
