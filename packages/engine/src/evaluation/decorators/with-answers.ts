import type { Evaluation } from "../evaluation.ts";
import type { Evaluator } from "../evaluator.ts";

/** An evaluator whose every answer passes through `pass`. What all decorators are made of. */
export function withAnswers(evaluator: Evaluator, pass: (evaluation: Evaluation) => Evaluation): Evaluator {
  return {
    ruleset: evaluator.ruleset,
    evaluate: (key, context, nowMs) => pass(evaluator.evaluate(key, context, nowMs)),
    evaluateAll: (context, nowMs) => evaluator.evaluateAll(context, nowMs).map(pass),
  };
}
