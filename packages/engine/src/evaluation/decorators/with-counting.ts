import type { Evaluation } from "../evaluation.ts";
import type { Evaluator } from "../evaluator.ts";
import { withAnswers } from "./with-answers.ts";

/** How often a toggle served a variant for a reason; without a variant, how often it could not be evaluated. */
export interface EvaluationCount extends Pick<Evaluation, "key" | "variant" | "reason"> {
  readonly count: number;
}

export interface CountingEvaluator extends Evaluator {
  /** What was counted since the last time it was taken. */
  takeCounts(): readonly EvaluationCount[];
}

/** Counts kept apart at most; further ones are not kept, since callers may ask for any key. */
const MAX_COUNTS = 10_000;

/** An evaluator that counts its answers. */
export function withCounting(evaluator: Evaluator): CountingEvaluator {
  let counts = new Map<string, { of: Evaluation; count: number }>();

  const counting = withAnswers(evaluator, (evaluation) => {
    const { key, variant, reason } = evaluation;
    if (typeof key !== "string") return evaluation;
    const name = JSON.stringify([key, variant, reason]);
    const known = counts.get(name);
    if (known) known.count++;
    else if (counts.size < MAX_COUNTS) counts.set(name, { of: evaluation, count: 1 });
    return evaluation;
  });

  function takeCounts(): readonly EvaluationCount[] {
    const taken = [...counts.values()];
    counts = new Map();
    return taken.map(({ of: { key, variant, reason }, count }) => ({ key, variant, reason, count }));
  }

  return { ...counting, takeCounts };
}
