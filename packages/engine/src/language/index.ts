/** The writer's side of the language: text to tree and back. */
export {
  type ConditionError,
  type ConditionWarning,
  type ParseResult,
  parseCondition,
  parseExpression,
} from "./condition.ts";
export type { ConditionOptions } from "./declarations.ts";
export type { Expression } from "./expression.ts";
export { print } from "./printer.ts";
export type { AttributeType } from "./static-type.ts";
