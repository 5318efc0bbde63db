/** The writer's side of the language: text to tree and back, and tree to the rows of a form and back. */
export type { Form, FormOperator, FormRow, FormValue } from "../form/form.ts";
export { fromForm } from "../form/from-form.ts";
export { type FormResult, toForm } from "../form/to-form.ts";
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
export { Spelling } from "./spelling.ts";
export type { AttributeType } from "./static-type.ts";
export { vocabulary, type Word } from "./vocabulary.ts";
