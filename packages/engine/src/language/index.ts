/** The writer's side of the language: text to tree and back. */
export { type ConditionError, type ParseResult, parseCondition, parseExpression } from "./condition.ts";
export type { Expression } from "./expression.ts";
export { print } from "./printer.ts";
