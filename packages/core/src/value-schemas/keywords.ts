/** The keywords of JSON Schema 2020-12 that a toggle's schema may use, and what each one holds. Others are refused, not ignored. */
export type Holding =
  | "schema"
  | "schemas"
  | "schemas by name"
  | "schemas by pattern"
  | "types"
  | "values"
  | "value"
  | "names"
  | "names by name"
  | "text"
  | "pattern"
  | "format"
  | "reference"
  | "dialect"
  | "flag"
  | "number"
  | "positive number"
  | "count";

export const KEYWORDS: Readonly<Record<string, Holding>> = {
  $schema: "dialect",
  $defs: "schemas by name",
  $ref: "reference",
  $comment: "text",
  title: "text",
  description: "text",
  default: "value",
  examples: "values",
  deprecated: "flag",
  type: "types",
  enum: "values",
  const: "value",
  allOf: "schemas",
  anyOf: "schemas",
  oneOf: "schemas",
  not: "schema",
  if: "schema",
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this table.
  then: "schema",
  else: "schema",
  properties: "schemas by name",
  patternProperties: "schemas by pattern",
  additionalProperties: "schema",
  unevaluatedProperties: "schema",
  propertyNames: "schema",
  required: "names",
  dependentRequired: "names by name",
  dependentSchemas: "schemas by name",
  minProperties: "count",
  maxProperties: "count",
  prefixItems: "schemas",
  items: "schema",
  contains: "schema",
  minContains: "count",
  maxContains: "count",
  unevaluatedItems: "schema",
  minItems: "count",
  maxItems: "count",
  uniqueItems: "flag",
  minLength: "count",
  maxLength: "count",
  pattern: "pattern",
  format: "format",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  multipleOf: "positive number",
};

export const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];

/** Those whose check takes time that grows with the text, and no faster. */
export const FORMATS = ["date", "date-time", "email", "ipv4", "ipv6", "time", "uuid"];

export const DIALECT = "https://json-schema.org/draft/2020-12/schema";
