/** What is posted to be evaluated. */
import { contextInput, LIMITS } from "@burgee/core";
import type { AttributeValue } from "@burgee/engine";
import { z } from "zod";

const LONGEST_KEY = 256;
const LONGEST_NAME = 128;

export const evaluateBody = z.strictObject({
  context: contextInput.default({}),
  /** Which toggles; left out, all. */
  toggles: z.array(z.string().max(LONGEST_KEY)).max(LIMITS.togglesPerEvaluation).optional(),
});

export type EvaluateBody = z.output<typeof evaluateBody>;

/**
 * What {@link evaluateBody} makes of a body such as most are: a flat context, and toggles by their keys. Undefined for any other,
 * and for whatever is wrong. It takes a tenth of the schema's time, which is a good part of what a hundred evaluations take.
 */
export function plainEvaluateBody(body: unknown): EvaluateBody | undefined {
  if (!isRecord(body)) return undefined;
  const { context = {}, toggles } = body;
  for (const name in body) if (name !== "context" && name !== "toggles") return undefined;
  if (!isFlatContext(context)) return undefined;
  if (toggles === undefined) return { context };
  return areKeys(toggles) ? { context, toggles } : undefined;
}

function isFlatContext(context: unknown): context is Record<string, AttributeValue> {
  if (!isRecord(context)) return false;
  let attributes = 0;
  for (const name in context) {
    attributes += 1;
    if (attributes > LIMITS.contextAttributes || name === "" || name.length > LONGEST_NAME) return false;
    if (!isScalar(context[name])) return false;
  }
  return true;
}

function isScalar(value: unknown): boolean {
  if (typeof value === "string") return value.length <= LIMITS.contextTextLength;
  return (
    typeof value === "boolean" || value === null || (typeof value === "number" && Number.isFinite(value))
  );
}

function areKeys(toggles: unknown): toggles is string[] {
  if (!Array.isArray(toggles) || toggles.length > LIMITS.togglesPerEvaluation) return false;
  for (const key of toggles) if (typeof key !== "string" || key.length > LONGEST_KEY) return false;
  return true;
}

/** As JSON makes them: nothing inherited is walked. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
