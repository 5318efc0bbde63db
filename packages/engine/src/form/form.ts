/** A condition as the rows of a rule builder: all of them must hold, or any. A form of fewer than two rows is `all`; one of none holds. */
export type Form = { readonly all: readonly FormRow[] } | { readonly any: readonly FormRow[] };

/**
 * One test. Whatever the operator, also a negative one, a row does not hold where the attribute is missing;
 * `isNotSet` is how one asks.
 *
 * `attribute` names an attribute, or by dots a field inside one: `region`, `user.plan`.
 */
export type FormRow =
  | Row<"isSet" | "isNotSet", readonly []>
  /** Of an attribute that is neither true nor false, both are errors; by `is` with the value true it is not equal. */
  | Row<"isTrue" | "isFalse", readonly []>
  | Row<"is" | "isNot", readonly [FormValue]>
  | Row<"isOneOf" | "isNoneOf", readonly FormValue[]>
  | Row<NumberOperator, readonly [number]>
  | Row<TextOperator | "inNetwork", readonly [string]>
  | Row<VersionOperator, readonly [string]>
  /** A moment of RFC 3339, or `now`. */
  | Row<MomentOperator, readonly [string]>
  /** The key of a segment. */
  | { readonly operator: "inSegment" | "notInSegment"; readonly values: readonly [string] };

interface Row<Operator, Values> {
  readonly attribute: string;
  readonly operator: Operator;
  readonly values: Values;
}

export type FormValue = string | number | boolean;
export type FormOperator = FormRow["operator"];
export type NumberOperator = "isGreater" | "isGreaterOrEqual" | "isLess" | "isLessOrEqual";
export type TextOperator = "contains" | "startsWith" | "endsWith" | "matches";
export type VersionOperator =
  | "isVersion"
  | "isNotVersion"
  | "isVersionAfter"
  | "isVersionAfterOrEqual"
  | "isVersionBefore"
  | "isVersionBeforeOrEqual";
export type MomentOperator = "isBefore" | "isBeforeOrAt" | "isAfter" | "isAfterOrAt";
