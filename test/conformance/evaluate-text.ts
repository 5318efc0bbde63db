import { failureText } from "../../packages/engine/src/explain/failure-text.ts";
import { compileExpression } from "../../packages/engine/src/expressions/compile-expression.ts";
import { parseExpression } from "../../packages/engine/src/language/index.ts";
import { library } from "../../packages/engine/src/library/index.ts";
import { matches } from "../../packages/engine/src/matches/index.ts";
import { Failure } from "../../packages/engine/src/values/failure.ts";
import { Run, type Surroundings } from "../../packages/engine/src/values/run.ts";

/** What became of an expression: refused as a text, failed when evaluated, or a value. */
export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failure" | "refused"; readonly message: string };

const run = new Run();
const surroundings: Surroundings = {
  library,
  segment: () => undefined,
  matches,
  nowMs: () => Date.now(),
};

/** Parses and evaluates, as the writer and the reader would one after the other. */
export function evaluateText(
  text: string,
  context: Readonly<Record<string, unknown>>,
  { checked }: { readonly checked: boolean },
): Outcome {
  const parsed = parseExpression(text, { checked });
  if (!parsed.ok) return { kind: "refused", message: parsed.error.message };

  run.begin(surroundings);
  const value = compileExpression(parsed.expression)(context, run);
  return value instanceof Failure
    ? { kind: "failure", message: failureText(value) }
    : { kind: "value", value };
}
