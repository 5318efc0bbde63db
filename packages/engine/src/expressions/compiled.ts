import type { Attributes } from "../evaluation/context.ts";
import type { Expression } from "../language/expression.ts";

/** An expression as a closure: a context to a value, or to a `Failure`. Throws nothing of its own. */
export type Compiled = (context: Attributes) => unknown;

export type Compile = (expression: Expression) => Compiled;
