/** Makes evaluation contexts from requests: attributes from a query are texts, those from a body are what they are. */
import type { AttributeValue, EvaluationContext } from "@burgee/engine";
import { z } from "zod";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";

const scalar = z.union([z.string().max(LIMITS.contextTextLength), z.number(), z.boolean(), z.null()]);
const attribute: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    scalar,
    z.array(attribute).max(LIMITS.contextAttributes),
    z.record(z.string().max(128), attribute),
  ]),
);

/** The attributes of an evaluation, as a body carries them. Bounded in size; its depth is the body's. */
export const contextInput: z.ZodType<EvaluationContext> = z
  .record(z.string().min(1).max(128), attribute)
  .refine((context) => Object.keys(context).length <= LIMITS.contextAttributes, {
    error: `A context has at most ${LIMITS.contextAttributes} attributes.`,
  });

/** What a query can't carry as an attribute, since it means something else there. */
const RESERVED = new Set(["project", "environment", "key"]);

/**
 * The context of a request: the query's attributes, and over them the body's.
 * @param query each value a text, or several texts where a name is repeated
 * @throws {AppError} "invalid_input"
 */
export function makeEvaluationContext(
  query: Readonly<Record<string, unknown>>,
  body: EvaluationContext = {},
): EvaluationContext {
  const attributes: [string, AttributeValue][] = [];
  for (const [name, value] of Object.entries(query)) {
    if (RESERVED.has(name)) continue;
    attributes.push([name, textOf(name, value)]);
  }
  return { ...Object.fromEntries(attributes), ...body };
}

function textOf(name: string, value: unknown): AttributeValue {
  if (typeof value === "string" && value.length <= LIMITS.contextTextLength) return value;
  if (Array.isArray(value) && value.length <= LIMITS.contextAttributes)
    return value.map((each) => textOf(name, each));
  throw refuse([
    {
      pointer: `/${name}`,
      code: "invalid_attribute",
      message: `Give ${name} as a text of at most ${LIMITS.contextTextLength} characters, or send a JSON body.`,
    },
  ]);
}
