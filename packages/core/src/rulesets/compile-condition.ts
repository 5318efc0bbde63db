import type { Expression } from "@burgee/engine";
import { parseCondition } from "@burgee/engine/language";

/** A version that can't be compiled; what is published stays as it was. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

/** The tree of a condition that parsed when it was saved. @param whose for the error's sake @throws {CompileError} */
export function compileCondition(whose: string, condition: string): Expression {
  const parsed = parseCondition(condition, { spelling: null });
  if (parsed.ok) return parsed.expression;
  const { message, line, column } = parsed.error;
  throw new CompileError(`${whose}: a condition does not parse at ${line}:${column}: ${message}`);
}
