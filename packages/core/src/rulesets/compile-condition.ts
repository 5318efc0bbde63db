import type { Expression } from "@burgee/engine";
import { parseExpression } from "@burgee/engine/language";

/** A version that can't be compiled; what is published stays as it was. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

/**
 * The tree of a condition that was checked when it was saved. Its types are not looked at again: a release that looks closer would hold up the
 * whole environment for what an earlier one took. What is ill-typed fails when it is evaluated.
 * @param whose for the error's sake @throws {CompileError}
 */
export function compileCondition(whose: string, condition: string): Expression {
  const parsed = parseExpression(condition, { checked: false });
  if (parsed.ok) return parsed.expression;
  const { message, line, column } = parsed.error;
  throw new CompileError(`${whose}: a condition does not parse at ${line}:${column}: ${message}`);
}
