import type { Binary, Expression } from "../language/expression.ts";
import { momentOperators, numberOperators, versionOperators } from "./comparisons.ts";
import type { Form, FormRow, FormValue, MomentOperator, NumberOperator, VersionOperator } from "./form.ts";

/** The condition that a form stands for. Names and values are taken as they are: `parseCondition` of its print judges them. */
export function fromForm(form: Form): Expression {
  const kind = "all" in form ? "and" : "or";
  const [first, ...more] = ("all" in form ? form.all : form.any).map(fromRow);
  if (first === undefined) return true;
  return more.length === 0 ? first : { kind, of: [first, ...more] };
}

function fromRow(row: FormRow): Expression {
  switch (row.operator) {
    case "inSegment":
      return { kind: "segment", key: row.values[0] };
    case "notInSegment":
      return not({ kind: "segment", key: row.values[0] });
    default:
      return test(row, subjectOf(row.attribute));
  }
}

type AttributeRow = Exclude<FormRow, { operator: "inSegment" | "notInSegment" }>;
type Subject = Extract<Expression, { kind: "attribute" | "select" }>;

function test(row: AttributeRow, of: Subject): Expression {
  switch (row.operator) {
    case "isSet":
      return { kind: "has", of };
    case "isNotSet":
      return not({ kind: "has", of });
    case "isTrue":
      return of;
    case "isFalse":
      return not(of);
    case "isOneOf":
      return binary("in", of, listOf(row.values));
    case "isNoneOf":
      return not(binary("in", of, listOf(row.values)));
    case "inNetwork":
      return call("cidr", [of, row.values[0]]);
    case "contains":
    case "startsWith":
    case "endsWith":
    case "matches":
      return { kind: "call", name: row.operator, target: of, args: [row.values[0]] };
    default:
      return compare(row, of);
  }
}

type Comparison = Extract<
  AttributeRow,
  { operator: "is" | "isNot" | NumberOperator | VersionOperator | MomentOperator }
>;

function compare(row: Comparison, of: Subject): Expression {
  switch (row.operator) {
    case "is":
      return binary("==", of, constantOf(row.values[0]));
    case "isNot":
      return binary("!=", of, constantOf(row.values[0]));
    case "isGreater":
    case "isGreaterOrEqual":
    case "isLess":
    case "isLessOrEqual":
      return binary(numberOperators[row.operator], of, constantOf(row.values[0]));
    case "isBefore":
    case "isBeforeOrAt":
    case "isAfter":
    case "isAfterOrAt":
      return binary(momentOperators[row.operator], call("timestamp", [of]), momentOf(row.values[0]));
    default:
      return binary(versionOperators[row.operator], call("semver", [of]), call("semver", [row.values[0]]));
  }
}

function subjectOf(path: string): Subject {
  const [name = "", ...fields] = path.split(".");
  return fields.reduce<Subject>((of, field) => ({ kind: "select", of, field }), { kind: "attribute", name });
}

/** A whole number is an int, as one would write it. */
function constantOf(value: FormValue): Expression {
  if (typeof value !== "number") return value;
  return Number.isSafeInteger(value) ? { kind: "int", value: String(value) } : { kind: "double", value };
}

function momentOf(text: string): Expression {
  return text === "now" ? { kind: "now" } : call("timestamp", [text]);
}

function listOf(values: readonly FormValue[]): Expression {
  return { kind: "list", items: values.map(constantOf) };
}

function binary(op: Binary["op"], left: Expression, right: Expression): Expression {
  return { kind: "binary", op, left, right };
}

function call(name: string, args: readonly Expression[]): Expression {
  return { kind: "call", name, args };
}

function not(of: Expression): Expression {
  return { kind: "unary", op: "!", of };
}
