import type { Expression } from "../language/expression.ts";
import type { Compiled } from "../values/run.ts";

export type { Compiled };

export type Compile = (expression: Expression) => Compiled;
