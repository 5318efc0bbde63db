import type { Expression } from "../language/expression.ts";
import { compileNode } from "./compile-node.ts";
import type { Compiled } from "./compiled.ts";
import { compileShortcut } from "./shortcuts.ts";

/** Turns a syntax tree into closures; usual shapes get one of their own. */
export function compileExpression(expression: Expression): Compiled {
  return compileShortcut(expression, compileExpression) ?? compileNode(expression, compileExpression);
}

/** As {@link compileExpression} without the shortcuts: what they must agree with. */
export function compilePlainly(expression: Expression): Compiled {
  return compileNode(expression, compilePlainly);
}
