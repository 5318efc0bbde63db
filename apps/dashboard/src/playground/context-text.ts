/** A context as text: JSON, as it is sent. */
import type { AttributeType, AttributeValue, EvaluationContext } from "@burgee/engine";
import { z } from "zod";

const attribute: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(attribute),
    z.record(z.string(), attribute),
  ]),
);
const context = z.record(z.string(), attribute);

export type ReadContext =
  | { readonly ok: true; readonly context: EvaluationContext }
  | { readonly ok: false; readonly reason: string };

export function readContext(text: string): ReadContext {
  try {
    const read = context.safeParse(JSON.parse(text.trim() === "" ? "{}" : text));
    if (read.success) return { ok: true, context: asContext(read.data) };
    return { ok: false, reason: 'A context is an object, such as { "userId": "ada" }.' };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : "This is no JSON." };
  }
}

/** One attribute changed, the others as they are; undefined takes it away. */
export function withAttribute(text: string, name: string, value: AttributeValue | undefined): string {
  const read = readContext(text);
  const { [name]: _, ...others } = read.ok ? read.context : {};
  return JSON.stringify(value === undefined ? others : { ...others, [name]: value }, null, 2);
}

/** A field's text as a value of its type. */
export function valueOfField(text: string, type: AttributeType | undefined): AttributeValue | undefined {
  if (text === "") return undefined;
  if (type === "string" || type === "timestamp") return text;
  try {
    const parsed = attribute.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : text;
  } catch {
    return text;
  }
}

export function fieldOf(value: AttributeValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function asContext(data: Readonly<Record<string, AttributeValue>>): EvaluationContext {
  const { targetingKey, ...others } = data;
  return typeof targetingKey === "string" ? { ...others, targetingKey } : others;
}
