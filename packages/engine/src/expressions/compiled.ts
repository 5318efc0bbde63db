import type { Attributes } from "../evaluation/context.ts";
import type { Expression } from "../language/expression.ts";
import type { Budget } from "../values/budget.ts";

/** An expression as a closure: a context to a value, or to a `Failure`, within a budget. Throws nothing of its own. */
export type Compiled = (context: Attributes, budget: Budget) => unknown;

export type Compile = (expression: Expression) => Compiled;
