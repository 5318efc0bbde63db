import type { Expression } from "../language/expression.ts";
import type { Compiled } from "../values/run.ts";

/** The macro variables around an expression, outermost first: the place of each is its slot in a run. */
export type Scope = readonly string[];

export type Compile = (expression: Expression, scope: Scope) => Compiled;
