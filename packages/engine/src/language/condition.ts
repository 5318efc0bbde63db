import { WRITE_LIMITS } from "../limits.ts";
import { canBeBool } from "./check-operator.ts";
import { type ConditionOptions, Declarations } from "./declarations.ts";
import type { Expression } from "./expression.ts";
import type { Operand } from "./operand.ts";
import { parseText } from "./parser.ts";
import { type Position, positionsIn } from "./position.ts";
import { type Fault, Refusal } from "./refusal.ts";
import { nameAll, typesOf } from "./static-type.ts";

/** Why a text is no condition, and where. Lines and columns count from 1, columns in UTF-16 units. */
export interface ConditionError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly found?: string;
  readonly expected?: string;
}

/** What is allowed, and yet hardly meant. */
export type ConditionWarning = ConditionError;

export type ParseResult =
  | { readonly ok: true; readonly expression: Expression; readonly warnings: readonly ConditionWarning[] }
  | { readonly ok: false; readonly error: ConditionError };

/** Parses and checks a condition: an expression that is, or may be, true or false. Never throws. */
export function parseCondition(text: string, options: ConditionOptions = {}): ParseResult {
  return parse(text, new Declarations(options), (operand) => {
    if (canBeBool(operand)) return;
    const found = nameAll(typesOf([operand]));
    throw new Refusal(operand.start, `A condition is true or false; this is ${found}.`, found, "a bool");
  });
}

/** Parses an expression of any type; unchecked, ill-typed ones too, which fail when they are evaluated. Never throws. */
export function parseExpression(
  text: string,
  { checked = true, ...options }: ConditionOptions & { readonly checked?: boolean } = {},
): ParseResult {
  return parse(text, checked ? new Declarations(options) : undefined, () => undefined);
}

function parse(
  text: string,
  declarations: Declarations | undefined,
  checkResult: (operand: Operand) => void,
): ParseResult {
  try {
    if (text.length > WRITE_LIMITS.conditionLength) throw tooLong(text);
    const operand = parseText(text, declarations);
    checkResult(operand);
    const warnings = declarations?.warnings() ?? [];
    return { ok: true, expression: operand.expression, warnings: placed(text, warnings) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, error: conditionError(positionsIn(text), error) };
  }
}

function placed(text: string, faults: readonly Fault[]): readonly ConditionError[] {
  if (faults.length === 0) return [];
  const positionOf = positionsIn(text);
  return faults.map((fault) => conditionError(positionOf, fault));
}

function conditionError(
  positionOf: (offset: number) => Position,
  { message, offset, found, expected }: Fault,
): ConditionError {
  return {
    message,
    ...positionOf(offset),
    ...(found === undefined ? {} : { found }),
    ...(expected === undefined ? {} : { expected }),
  };
}

function tooLong({ length }: string): Refusal {
  const most = `at most ${WRITE_LIMITS.conditionLength} characters`;
  return new Refusal(0, `A condition has ${most}; this one has ${length}.`, `${length} characters`, most);
}
