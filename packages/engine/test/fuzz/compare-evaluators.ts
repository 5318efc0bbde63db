import { compileExpression, compilePlainly } from "../../src/expressions/compile-expression.ts";
import type { Expression } from "../../src/language/expression.ts";
import { library } from "../../src/library/index.ts";
import { EVALUATION_LIMITS } from "../../src/limits.ts";
import { isFound, matches } from "../../src/matches/index.ts";
import { Failure } from "../../src/values/failure.ts";
import { type Compiled, Run } from "../../src/values/run.ts";
import { evaluate } from "../reference/evaluate.ts";
import { ERROR } from "../reference/values.ts";
import { Random } from "./random.ts";
import { randomContext } from "./random-context.ts";
import { RandomExpression } from "./random-expression.ts";
import { spell } from "./spell.ts";

const NOW_MS = 1_700_000_000_123;
const SLOWEST_MS = 2_000;

/** What came of one random program in one random context. */
export interface Trial {
  readonly outcome: "agreed" | "failed" | "exceeded";
  /** What is wrong: evaluators that disagree, one that threw, or took too long. */
  readonly wrong?: string;
}

/** Asks the closures, with shortcuts and without, and the reference evaluator the same. */
export function compareEvaluators(seed: number): Trial {
  const random = new Random(seed);
  const maker = new RandomExpression(random, ["first", "second", "none"]);
  const expression = maker.make(2 + random.below(4));
  const segments = { first: maker.make(3), second: maker.make(2) };
  const context = randomContext(random);
  const told = () => `seed ${seed}: ${JSON.stringify({ expression, segments })} for ${spell(context)}`;

  const started = performance.now();
  try {
    const answers = [compileExpression, compilePlainly].map((compile) =>
      ask(compile, expression, segments, context),
    );
    if (answers.includes(EXCEEDED)) return { outcome: "exceeded" };
    const expected = spell(evaluate(expression, { context, segments, matches: isFound, nowMs: NOW_MS }));
    const wrong = answers.find((answer) => answer !== expected);
    if (wrong !== undefined)
      return { outcome: "failed", wrong: `${told()}: expected ${expected}, got ${wrong}` };
    if (performance.now() - started > SLOWEST_MS) return { outcome: "failed", wrong: `${told()}: too slow` };
    return { outcome: expected === spell(ERROR) ? "failed" : "agreed" };
  } catch (error) {
    return { outcome: "failed", wrong: `${told()}: threw ${String(error)}` };
  }
}

const EXCEEDED = "the budget was exceeded";

function ask(
  compile: (expression: Expression) => Compiled,
  expression: Expression,
  segments: Readonly<Record<string, Expression>>,
  context: Readonly<Record<string, unknown>>,
): string {
  const run = new Run();
  const tests = new Map(Object.entries(segments).map(([key, segment]) => [key, asSegment(compile(segment))]));
  run.begin({ segment: (key) => tests.get(key), matches, library, nowMs: () => NOW_MS });
  const answer = compile(expression)(context, run);
  return run.isExceeded ? EXCEEDED : spell(answer instanceof Failure ? ERROR : answer);
}

function asSegment(test: Compiled): Compiled {
  return (context, run) => {
    if (run.segmentDepth === EVALUATION_LIMITS.segmentDepth) return new Failure("too_deep");
    run.segmentDepth++;
    const answer = test(context, run);
    run.segmentDepth--;
    return answer;
  };
}
