import type { Expression, Logic } from "../language/expression.ts";
import { print } from "../language/printer.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { TRUE } from "./outcome.ts";
import type { Questions } from "./question.ts";

/** A part, as small as was found, that keeps a condition that is never true from being so. */
export function coreOf(expression: Expression, questions: Questions): Expression {
  if (!isLogic(expression)) return expression;
  const impossible = expression.of.find((part) => isImpossible(part, questions));
  if (impossible !== undefined) return expression.kind === "and" ? coreOf(impossible, questions) : expression;
  return conflictIn(expression, questions);
}

/** The fewest operands that were found to contradict one another. */
function conflictIn(node: Logic, questions: Questions): Expression {
  if (node.kind === "or" || node.of.length > ANALYSIS_BOUNDS.operands) return node;
  let of = node.of;
  for (const part of node.of) {
    const without = of.filter((each) => each !== part);
    if (without.length > 1 && isImpossible({ kind: "and", of: without }, questions)) of = without;
  }
  return { kind: "and", of };
}

/** Parts of a condition, itself aside, that are never true though their own parts may be: printed, outermost first. */
export function contradictionsIn(condition: Expression, questions: Questions): readonly string[] {
  const found = new Set<string>();
  collect(condition, questions, found);
  return [...found];
}

function collect(expression: Expression, questions: Questions, found: Set<string>): void {
  if (expression === null || typeof expression !== "object") return;
  if (isLogic(expression)) {
    for (const part of expression.of) inspect(part, expression.kind, questions, found);
  } else if (expression.kind === "unary") inspect(expression.of, "unary", questions, found);
  else if (expression.kind === "conditional") {
    for (const part of [expression.test, expression.whenTrue, expression.whenFalse]) {
      inspect(part, "conditional", questions, found);
    }
  }
}

/** A test that stands alone is worth a word only as an alternative. */
function inspect(part: Expression, around: string, questions: Questions, found: Set<string>): void {
  const isWorth = isLogic(part) ? part.kind === "and" : around === "or" && typeof part === "object";
  if (isWorth && isImpossible(part, questions)) found.add(print(coreOf(part, questions)));
  else collect(part, questions, found);
}

function isImpossible(expression: Expression, questions: Questions): boolean {
  return questions.isImpossible(questions.formulas.conditions.that(expression, TRUE));
}

function isLogic(expression: Expression): expression is Logic {
  return (
    expression !== null &&
    typeof expression === "object" &&
    (expression.kind === "and" || expression.kind === "or")
  );
}
