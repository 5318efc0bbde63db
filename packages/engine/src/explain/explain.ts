import type { EvaluationContext } from "../evaluation/evaluation.ts";
import type { PrepareOptions } from "../evaluation/evaluator.ts";
import { createEvaluator, momentBy } from "../evaluation/evaluator.ts";
import { library } from "../library/library.ts";
import type { Ruleset } from "../ruleset/ruleset.ts";
import type { Explanation } from "./explanation.ts";
import { Recorder } from "./recorder.ts";
import { traceSegment } from "./trace-segment.ts";
import { traceToggle } from "./trace-toggle.ts";

/**
 * Evaluates a toggle as {@link prepare}'s evaluator does, by the same closures, and tells how the answer came about.
 * For people who ask why, not for each request: everything is compiled anew. Never throws.
 */
export function explain(
  ruleset: Ruleset,
  toggleKey: string,
  context?: EvaluationContext,
  options: PrepareOptions = {},
): Explanation {
  const recorder = new Recorder();
  const nowMs = momentBy(options.nowMs);
  const evaluator = createEvaluator(
    ruleset,
    { library, ...options, nowMs: () => nowMs },
    (toggle) => traceToggle(toggle, recorder),
    (segment) => traceSegment(segment, recorder),
  );
  const evaluation = evaluator.evaluate(toggleKey, context);
  const { root, isCut } = recorder;
  return { evaluation, nowMs, ...(root && { trace: root }), ...(isCut && { isCut }) };
}
