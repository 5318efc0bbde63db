/**
 * The syntax tree of a condition: what travels in a ruleset instead of text. Plain JSON.
 *
 * A JSON string, `true`, `false` and `null` stand for themselves, so that a list of 10,000 ids costs no more than its
 * text; everything else is an object tagged by `kind`. A JSON number never stands alone: `int` and `double` differ in CEL.
 * A reader that meets a `kind`, an operator or a function it lacks takes that part for an error, and the rule does not match.
 */
export type Expression =
  | string
  | boolean
  | null
  | IntLiteral
  | DoubleLiteral
  | ListLiteral
  | MapLiteral
  | Attribute
  | Selection
  | Index
  | Has
  | Call
  | Unary
  | Binary
  | Logic
  | Conditional;

/** A signed 64-bit integer in decimal: JSON readers differ on numbers past 2^53. */
export interface IntLiteral {
  readonly kind: "int";
  readonly value: string;
}

/** A finite number. `-0.0` is the negation of `0.0`: JSON has no sign for zero. */
export interface DoubleLiteral {
  readonly kind: "double";
  readonly value: number;
}

export interface ListLiteral {
  readonly kind: "list";
  readonly items: readonly Expression[];
}

/** Pairs of key and value in the order written. */
export interface MapLiteral {
  readonly kind: "map";
  readonly entries: readonly (readonly [Expression, Expression])[];
}

/** An attribute of the context; `userId` and `targetingKey` are aliases. */
export interface Attribute {
  readonly kind: "attribute";
  readonly name: string;
}

/** `of.field` */
export interface Selection {
  readonly kind: "select";
  readonly of: Expression;
  readonly field: string;
}

/** `of[at]` */
export interface Index {
  readonly kind: "index";
  readonly of: Expression;
  readonly at: Expression;
}

/** `has(of)`: whether the field, or (beyond CEL) the attribute, is there. */
export interface Has {
  readonly kind: "has";
  readonly of: Selection | Attribute;
}

/** `name(args)`, or `target.name(args)` where a target stands. */
export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly target?: Expression;
  readonly args: readonly Expression[];
}

export interface Unary {
  readonly kind: "unary";
  readonly op: UnaryOperator;
  readonly of: Expression;
}

export interface Binary {
  readonly kind: "binary";
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a && b && c` or `a || b || c`: two operands or more, none of them of the node's own kind. */
export interface Logic {
  readonly kind: "and" | "or";
  readonly of: readonly Expression[];
}

/** `test ? whenTrue : whenFalse` */
export interface Conditional {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

export type UnaryOperator = "!" | "-";
export type Ordering = "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";
export type BinaryOperator = "==" | "!=" | "in" | Ordering | Arithmetic;

/** The expressions that are objects. */
export type ExpressionNode = Exclude<Expression, string | boolean | null>;
