import type { Expression } from "../language/expression.ts";
import type { Compiled, Scope } from "../values/run.ts";
import { compileNode } from "./compile-node.ts";
import { compileShortcut } from "./shortcuts.ts";

/** Turns a syntax tree into closures; usual shapes get one of their own. */
export function compileExpression(expression: Expression): Compiled {
  return compileIn(expression, []);
}

/** As {@link compileExpression} without the shortcuts: what they must agree with. */
export function compilePlainly(expression: Expression): Compiled {
  return compilePlain(expression, []);
}

/** As {@link compileExpression}, inside macros that bind the variables of `scope`. */
export function compileIn(expression: Expression, scope: Scope): Compiled {
  return compileShortcut(expression, scope, compileIn) ?? compileNode(expression, scope, compileIn);
}

function compilePlain(expression: Expression, scope: Scope): Compiled {
  return compileNode(expression, scope, compilePlain);
}
