import type { Evaluation } from "../evaluation.ts";
import type { Evaluator } from "../evaluator.ts";
import { withAnswers } from "./with-answers.ts";

/**
 * An evaluator that tells `log` of every answer. A log that throws is passed over: evaluations never throw.
 *
 * @example
 * const evaluator = withLogging(prepare(ruleset), ({ key, variant, reason }) => logger.debug({ key, variant, reason }));
 */
export function withLogging(evaluator: Evaluator, log: (evaluation: Evaluation) => void): Evaluator {
  return withAnswers(evaluator, (evaluation) => {
    try {
      log(evaluation);
    } catch {
      // Whoever evaluates did not ask for the log's troubles.
    }
    return evaluation;
  });
}
