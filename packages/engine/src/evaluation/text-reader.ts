import { stickinessText } from "../bucketing/stickiness.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { Failure } from "../values/failure.ts";
import { BUDGET_EXCEEDED, type Run } from "../values/run.ts";
import { type Attributes, attributeReader } from "./context.ts";

/** In a note: why something was passed over. */
export const EXCEEDED = `the evaluation asked for more than ${EVALUATION_LIMITS.units} units of work`;

/** Reads the text that is hashed or looked up for an attribute: nothing where the context has none, a failure where it is too long to pay for. */
export function textReader(name: string): (context: Attributes, run: Run) => string | Failure | undefined {
  const read = attributeReader(name);
  return (context, run) => {
    const text = stickinessText(read(context, run));
    return text === undefined || run.spendText(text.length) ? text : BUDGET_EXCEEDED;
  };
}
