import type { ValueType } from "../values/value-type.ts";
import type { Expression } from "./expression.ts";

/** What is known of a value before there is a context; `dyn` is anything. */
export type StaticType = ValueType | "dyn";

/** A parsed part of a condition, with what the checker and the bounds ask of it. */
export interface Operand {
  readonly expression: Expression;
  readonly type: StaticType;
  /** Levels of the tree: a leaf has one. */
  readonly depth: number;
  /** Where it starts in the text. */
  readonly start: number;
}

/** Whether a value of the type may be one of the wanted. */
export function canBe(type: StaticType, ...wanted: readonly ValueType[]): boolean {
  return type === "dyn" || wanted.includes(type);
}

const NAMES: Readonly<Record<StaticType, string>> = {
  bool: "a bool",
  int: "an int",
  double: "a double",
  string: "a string",
  null: "null",
  list: "a list",
  map: "a map",
  semver: "a semver",
  dyn: "any value",
};

export function nameOf(type: StaticType): string {
  return NAMES[type];
}
