import { compileExpression } from "../expressions/compile-expression.ts";
import type { Expression, ExpressionNode } from "../language/expression.ts";
import type { Prerequisite, RulesetRule, Serve } from "../ruleset/ruleset.ts";
import type { Compiled } from "../values/run.ts";
import type { Chooser } from "./strategies/strategy.ts";

/** One thing that a toggle asks, in its order. */
export interface Step {
  /** `undefined` where everyone is asked. */
  readonly condition: Compiled | undefined;
  readonly choose: Chooser;
  readonly name: string;
}

/** What a step was made of. */
export type StepSource = Prerequisite | RulesetRule | Serve;

/** How parts of a ruleset become closures. An explanation brings its own, which note what passes through them. */
export interface Compiler {
  readonly compile: (condition: Expression) => Compiled;
  readonly step: (step: Step, source: StepSource) => Step;
}

/** The compiler that only compiles. */
export const plainCompiler: Compiler = {
  compile: (condition) => {
    // Toggles share the very trees of what a ruleset writes once.
    if (typeof condition !== "object" || condition === null) return compileExpression(condition);
    const compiled = compiledTrees.get(condition) ?? compileExpression(condition);
    compiledTrees.set(condition, compiled);
    return compiled;
  },
  step: (step) => step,
};

const compiledTrees = new WeakMap<ExpressionNode, Compiled>();
