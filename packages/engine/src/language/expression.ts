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
  | UintLiteral
  | DoubleLiteral
  | BytesLiteral
  | TypeLiteral
  | Now
  | ListLiteral
  | MapLiteral
  | Attribute
  | Variable
  | Selection
  | Index
  | Has
  | Call
  | Macro
  | SegmentTest
  | Unary
  | Binary
  | Logic
  | Conditional;

/** A signed 64-bit integer in decimal: JSON readers differ on numbers past 2^53. */
export interface IntLiteral {
  readonly kind: "int";
  readonly value: string;
}

/** An unsigned 64-bit integer in decimal, without the `u`. */
export interface UintLiteral {
  readonly kind: "uint";
  readonly value: string;
}

/** A finite number. `-0.0` is the negation of `0.0`: JSON has no sign for zero. */
export interface DoubleLiteral {
  readonly kind: "double";
  readonly value: number;
}

/** Bytes as a text of U+0000 to U+00FF, one character a byte. */
export interface BytesLiteral {
  readonly kind: "bytes";
  readonly value: string;
}

/** A type as a value, as in `type(x) == int`. */
export interface TypeLiteral {
  readonly kind: "type";
  readonly name: TypeName;
}

/** The moment of the evaluation, the same for all of it. */
export interface Now {
  readonly kind: "now";
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

/** What a macro around it bound; an inner macro's variable hides an outer one's, and both hide attributes. */
export interface Variable {
  readonly kind: "variable";
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

/**
 * `over.name(variable, body)`; `over.map(variable, test, body)` where a test stands, as only `map` may have one.
 * Over a list it walks its items, over a map its keys.
 */
export interface Macro {
  readonly kind: "macro";
  readonly name: MacroName;
  readonly over: Expression;
  readonly variable: string;
  readonly test?: Expression;
  readonly body: Expression;
}

/** `segment('key')`: whether the context belongs to the segment. */
export interface SegmentTest {
  readonly kind: "segment";
  readonly key: string;
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
export type MacroName = "all" | "exists" | "exists_one" | "map" | "filter";

/** CEL's names of types; `semver` is ours. */
export type TypeName =
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "list"
  | "map"
  | "null_type"
  | "type"
  | "google.protobuf.Timestamp"
  | "google.protobuf.Duration"
  | "semver";

/** The expressions that are objects. */
export type ExpressionNode = Exclude<Expression, string | boolean | null>;
