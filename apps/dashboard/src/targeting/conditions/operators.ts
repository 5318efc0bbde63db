/** The operators of rows: what they are called, for which types of attributes, and what stands behind them. */
import type { AttributeType } from "@burgee/engine";
import type { FormOperator } from "@burgee/engine/language";

/** What stands behind an operator. */
export type Operand =
  | "none"
  | "value"
  | "values"
  | "number"
  | "text"
  | "pattern"
  | "network"
  | "version"
  | "moment"
  | "segment";

export interface Operator {
  readonly says: string;
  readonly operand: Operand;
  /** The declared types that it makes sense for; an undeclared attribute may be of any. */
  readonly types: readonly AttributeType[];
}

const ANY: readonly AttributeType[] = ["string", "number", "boolean", "timestamp", "list", "map"];
const SCALARS: readonly AttributeType[] = ["string", "number"];

export const OPERATORS: Readonly<Record<FormOperator, Operator>> = {
  is: { says: "is", operand: "value", types: [...SCALARS, "boolean"] },
  isNot: { says: "is not", operand: "value", types: [...SCALARS, "boolean"] },
  isOneOf: { says: "is one of", operand: "values", types: SCALARS },
  isNoneOf: { says: "is none of", operand: "values", types: SCALARS },
  contains: { says: "contains", operand: "text", types: ["string"] },
  startsWith: { says: "starts with", operand: "text", types: ["string"] },
  endsWith: { says: "ends with", operand: "text", types: ["string"] },
  matches: { says: "matches the pattern", operand: "pattern", types: ["string"] },
  isTrue: { says: "is true", operand: "none", types: ["boolean"] },
  isFalse: { says: "is false", operand: "none", types: ["boolean"] },
  isGreater: { says: "is greater than", operand: "number", types: ["number"] },
  isGreaterOrEqual: { says: "is at least", operand: "number", types: ["number"] },
  isLess: { says: "is less than", operand: "number", types: ["number"] },
  isLessOrEqual: { says: "is at most", operand: "number", types: ["number"] },
  isVersion: { says: "is the version", operand: "version", types: ["string"] },
  isNotVersion: { says: "is not the version", operand: "version", types: ["string"] },
  isVersionAfter: { says: "is a version after", operand: "version", types: ["string"] },
  isVersionAfterOrEqual: { says: "is this version or later", operand: "version", types: ["string"] },
  isVersionBefore: { says: "is a version before", operand: "version", types: ["string"] },
  isVersionBeforeOrEqual: { says: "is this version or earlier", operand: "version", types: ["string"] },
  isBefore: { says: "is before", operand: "moment", types: ["timestamp"] },
  isBeforeOrAt: { says: "is at or before", operand: "moment", types: ["timestamp"] },
  isAfter: { says: "is after", operand: "moment", types: ["timestamp"] },
  isAfterOrAt: { says: "is at or after", operand: "moment", types: ["timestamp"] },
  inNetwork: { says: "is in the network", operand: "network", types: ["string"] },
  isSet: { says: "is there", operand: "none", types: ANY },
  isNotSet: { says: "is missing", operand: "none", types: ANY },
  inSegment: { says: "belongs to the segment", operand: "segment", types: [] },
  notInSegment: { says: "does not belong to the segment", operand: "segment", types: [] },
};

const isOperator = (name: string): name is FormOperator => Object.hasOwn(OPERATORS, name);
const ALL: readonly FormOperator[] = Object.keys(OPERATORS).filter(isOperator);

/** Those for an attribute of a declared type; of an undeclared one, all but those of segments. */
export function operatorsFor(type: AttributeType | undefined): readonly FormOperator[] {
  return ALL.filter((name) => {
    const { types, operand } = OPERATORS[name];
    return operand !== "segment" && (type === undefined || types.includes(type));
  });
}

/** What a new row of an attribute begins with. */
export function firstOperator(type: AttributeType | undefined): FormOperator {
  const first: Partial<Record<AttributeType, FormOperator>> = {
    boolean: "isTrue",
    number: "isGreaterOrEqual",
    timestamp: "isAfterOrAt",
    list: "isSet",
    map: "isSet",
  };
  return (type && first[type]) ?? "isOneOf";
}
