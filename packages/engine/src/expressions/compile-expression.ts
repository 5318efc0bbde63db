import type { Expression } from "../language/expression.ts";
import type { Compiled } from "../values/run.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./compiled.ts";
import { compileShortcut } from "./shortcuts.ts";

/** Turns a syntax tree into closures; usual shapes get one of their own. */
export function compileExpression(expression: Expression): Compiled {
  return compileUsual(expression, []);
}

/** As {@link compileExpression} without the shortcuts: what they must agree with. */
export function compilePlainly(expression: Expression): Compiled {
  return compilePlain(expression, []);
}

function compileUsual(expression: Expression, scope: Scope): Compiled {
  return compileShortcut(expression, scope, compileUsual) ?? compileNode(expression, scope, compileUsual);
}

function compilePlain(expression: Expression, scope: Scope): Compiled {
  return compileNode(expression, scope, compilePlain);
}
