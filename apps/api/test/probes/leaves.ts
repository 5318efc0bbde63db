import { z } from "zod";

interface Schema {
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
}

/** Where a value may stand in an input, as pointers; `*` is each of a list, or of a record. None for an input that takes nothing. */
export function leavesOf(input: z.ZodType): readonly string[] {
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  return [...new Set(leavesIn(schema, ""))].filter((pointer) => pointer !== "");
}

function leavesIn(schema: Schema, pointer: string): readonly string[] {
  const { anyOf, oneOf, properties, additionalProperties, items } = schema;
  const parts = [
    ...[...(anyOf ?? []), ...(oneOf ?? [])].map((part) => [pointer, part] as const),
    ...Object.entries(properties ?? {}).map(([name, part]) => [`${pointer}/${name}`, part] as const),
    ...(isSchema(additionalProperties) ? [[`${pointer}/*`, additionalProperties] as const] : []),
    ...(isSchema(items) ? [[`${pointer}/*`, items] as const] : []),
  ];
  if (parts.length === 0) return properties ? [] : [pointer];
  return parts.flatMap(([at, part]) => (isSchema(part) ? leavesIn(part, at) : []));
}

function isSchema(part: unknown): part is Schema {
  return typeof part === "object" && part !== null;
}
