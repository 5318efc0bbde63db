/** Makes evaluation contexts from requests: attributes from a query are texts, those from a body are what they are. */
import type { AttributeType, AttributeValue, EvaluationContext } from "@burgee/engine";
import { z } from "zod";
import type { AttributeTypes } from "../context-attributes/attribute-types.ts";
import { parseInput, refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { valueOfText } from "./value-of-text.ts";

const scalar = z.union([z.string().max(LIMITS.contextTextLength), z.number(), z.boolean(), z.null()]);
const attribute: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    scalar,
    z.array(attribute).max(LIMITS.contextAttributes),
    z.record(z.string().max(128), attribute),
  ]),
);

const attributes = z
  .record(z.string().min(1).max(128), attribute)
  .refine((context) => Object.keys(context).length <= LIMITS.contextAttributes, {
    error: `A context has at most ${LIMITS.contextAttributes} attributes.`,
  });

/** The attributes of an evaluation, as a body carries them. Its size comes first: what follows goes down by recursion. */
export const contextInput: z.ZodType<EvaluationContext> = z
  .unknown()
  .superRefine((context, refinement) => {
    const message = excessOf(context);
    if (message) refinement.addIssue({ code: "custom", message, continue: false });
  })
  .pipe(attributes);

/** What is too much in a context, by its depth or by all that is in it. Level by level, so that no depth is too much for it. */
function excessOf(context: unknown): string | undefined {
  let values = 0;
  let level = [context].filter(isNested);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === LIMITS.contextDepth) return `A context is at most ${LIMITS.contextDepth} levels deep.`;
    const below = level.flatMap((each) => Object.values(each));
    values += below.length;
    if (values > LIMITS.contextValues)
      return `A context holds at most ${LIMITS.contextValues} values in all.`;
    level = below.filter(isNested);
  }
  return undefined;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const NOTHING: EvaluationContext = {};

/** What a query can't carry as an attribute, since it means something else there. */
const RESERVED = new Set(["project", "environment", "key"]);

/**
 * The context of a request: the query's attributes, and over them the body's.
 * @param query each value a text, or several texts where a name is repeated
 * @param attributes what the project declares: a text of the query becomes a value of its type, and a body's text a timestamp
 * @throws {AppError} "invalid_input"
 */
export function makeEvaluationContext(
  query: Readonly<Record<string, unknown>>,
  body: EvaluationContext = NOTHING,
  attributes: AttributeTypes = {},
): EvaluationContext {
  const values: Record<string, AttributeValue> = {};
  for (const name of Object.keys(query)) {
    if (RESERVED.has(name)) continue;
    const text = textOf(name, query[name]);
    const type = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const value = type === undefined ? text : typedValue(name, text, type);
    // By plain assignment it would be the object's nature, and no attribute.
    if (name === "__proto__") Object.defineProperty(values, name, { value, enumerable: true });
    else values[name] = value;
  }
  return body === NOTHING ? values : { ...values, ...withTimestamps(body, attributes) };
}

/** JSON has no timestamps, so a text stands for one where that is declared. @throws {AppError} "invalid_input" */
function withTimestamps(body: EvaluationContext, attributes: AttributeTypes): EvaluationContext {
  const timestamps = Object.entries(body).flatMap(([name, value]): [string, AttributeValue][] => {
    const isOne = Object.hasOwn(attributes, name) && attributes[name] === "timestamp";
    return isOne && typeof value === "string" ? [[name, typedValue(name, value, "timestamp")]] : [];
  });
  return timestamps.length === 0 ? body : { ...body, ...Object.fromEntries(timestamps) };
}

function typedValue(name: string, written: string | readonly string[], type: AttributeType): AttributeValue {
  const value = valueOfText(written, type);
  if (value !== undefined) return type === "map" ? bounded(name, value) : value;
  const found = typeof written === "string" ? `'${written.slice(0, 40)}'` : "several values";
  throw refuse([
    {
      pointer: `/${name}`,
      code: "invalid_attribute",
      message: `${name} is declared as a ${type}, which ${found} is not; give ${EXAMPLES[type]}.`,
    },
  ]);
}

/** Held to what a body may hold. */
function bounded(name: string, value: AttributeValue): AttributeValue {
  return parseInput(contextInput, Object.fromEntries([[name, value]]))[name] ?? value;
}

const EXAMPLES: Readonly<Record<AttributeType, string>> = {
  string: "one text",
  number: "a number such as 42 or 0.5",
  boolean: "true or false",
  timestamp: "a moment such as 2026-01-31T00:00:00Z",
  list: "texts, each under the same name",
  map: "a JSON object",
};

function textOf(name: string, value: unknown): string | readonly string[] {
  if (typeof value === "string" && value.length <= LIMITS.contextTextLength) return value;
  if (Array.isArray(value) && value.length <= LIMITS.contextAttributes)
    return value.flatMap((each) => textOf(name, each));
  throw refuse([
    {
      pointer: `/${name}`,
      code: "invalid_attribute",
      message: `Give ${name} as a text of at most ${LIMITS.contextTextLength} characters, or send a JSON body.`,
    },
  ]);
}
