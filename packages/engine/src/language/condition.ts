import { WRITE_LIMITS } from "../limits.ts";
import type { Expression } from "./expression.ts";
import { canBe, nameOf, type Operand } from "./operand.ts";
import { parseText } from "./parser.ts";
import { positionOf } from "./position.ts";
import { Refusal } from "./refusal.ts";

/** Why a text is no condition, and where. Lines and columns count from 1, columns in UTF-16 units. */
export interface ConditionError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly found?: string;
  readonly expected?: string;
}

export type ParseResult =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly error: ConditionError };

/** Parses and checks a condition: an expression that is, or may be, true or false. Never throws. */
export function parseCondition(text: string): ParseResult {
  return parse(text, true, (operand) => {
    if (canBe(operand.type, "bool")) return;
    const found = nameOf(operand.type);
    throw new Refusal(operand.start, `A condition is true or false; this is ${found}.`, found, "a bool");
  });
}

/** Parses an expression of any type; unchecked, ill-typed ones too, which fail when they are evaluated. Never throws. */
export function parseExpression(text: string, { checked } = { checked: true }): ParseResult {
  return parse(text, checked, () => undefined);
}

function parse(text: string, checked: boolean, checkResult: (operand: Operand) => void): ParseResult {
  try {
    if (text.length > WRITE_LIMITS.conditionLength) throw tooLong(text);
    const operand = parseText(text, checked);
    checkResult(operand);
    return { ok: true, expression: operand.expression };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, error: conditionError(text, error) };
  }
}

function conditionError(text: string, { message, offset, found, expected }: Refusal): ConditionError {
  return {
    message,
    ...positionOf(text, offset),
    ...(found === undefined ? {} : { found }),
    ...(expected === undefined ? {} : { expected }),
  };
}

function tooLong({ length }: string): Refusal {
  const most = `at most ${WRITE_LIMITS.conditionLength} characters`;
  return new Refusal(0, `A condition has ${most}; this one has ${length}.`, `${length} characters`, most);
}
