import type { Expression } from "./expression.ts";
import type { Known, StaticType } from "./static-type.ts";

/** A parsed part of a condition, with what the checker and the bounds ask of it. */
export interface Operand extends Known {
  readonly expression: Expression;
  /** Of a list its items' types, of a map its keys', where they are known; each once. */
  readonly items?: readonly StaticType[];
  /** Of a map its values' types, where they are known; each once. */
  readonly values?: readonly StaticType[];
  /** Levels of the tree: a leaf has one. */
  readonly depth: number;
  /** Where it starts in the text. */
  readonly start: number;
  /** Whether it was written so that it can only be an attribute: `.now` or in backticks. */
  readonly isRooted?: boolean;
  /** Of an attribute that was wrapped into `timestamp(…)`: the attribute alone. */
  readonly bare?: Operand;
}
