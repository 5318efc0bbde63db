import type { Binary, Call, Expression, Has } from "../language/expression.ts";
import {
  momentOperators,
  numberOperators,
  operatorFor,
  textOperators,
  versionOperators,
} from "./comparisons.ts";
import type { FormRow, FormValue } from "./form.ts";

/** The row that says what the part does; undefined where there is none. */
export function toRow(part: Expression): FormRow | undefined {
  if (part === null || typeof part !== "object") return undefined;
  switch (part.kind) {
    case "attribute":
    case "select":
      return bare("isTrue", part);
    case "has":
      return bare("isSet", part.of);
    case "segment":
      return { operator: "inSegment", values: [part.key] };
    case "call":
      return fromCall(part);
    case "binary":
      return fromBinary(part);
    case "unary":
      return part.op === "!" ? fromNegated(part.of) : undefined;
    default:
      return undefined;
  }
}

function fromNegated(part: Expression): FormRow | undefined {
  if (part === null || typeof part !== "object") return undefined;
  switch (part.kind) {
    case "attribute":
    case "select":
      return bare("isFalse", part);
    case "has":
      return bare("isNotSet", part.of);
    case "segment":
      return { operator: "notInSegment", values: [part.key] };
    case "binary":
      return fromNegatedBinary(part);
    default:
      return undefined;
  }
}

function fromNegatedBinary(part: Binary): FormRow | undefined {
  const row = fromBinary(part);
  if (row?.operator === "is") return { ...row, operator: "isNot" };
  return row?.operator === "isOneOf" ? { ...row, operator: "isNoneOf" } : undefined;
}

function bare(operator: "isSet" | "isNotSet" | "isTrue" | "isFalse", of: Has["of"]): FormRow | undefined {
  const attribute = pathOf(of);
  return attribute === undefined ? undefined : { attribute, operator, values: [] };
}

/** `text.contains('x')`, `cidr(ip, 'x')` */
function fromCall({ name, target, args }: Call): FormRow | undefined {
  const [subject, value, ...more] = target === undefined ? args : [target, ...args];
  const attribute = pathOf(subject);
  if (attribute === undefined || typeof value !== "string" || more.length > 0) return undefined;
  if (name === "cidr" && target === undefined) return { attribute, operator: "inNetwork", values: [value] };

  const operator = target === undefined ? undefined : textOperators.find((method) => method === name);
  return operator ? { attribute, operator, values: [value] } : undefined;
}

function fromBinary(node: Binary): FormRow | undefined {
  const { op, left, right } = node;
  if (op === "in") return fromMembership(left, right);
  const mirrored = MIRRORED[op];
  if (!mirrored) return undefined;
  return fromComparison(op, left, right) ?? fromComparison(mirrored, right, left);
}

/** What an operator is with its sides exchanged. */
const MIRRORED: Partial<Readonly<Record<Binary["op"], Binary["op"]>>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function fromMembership(left: Expression, right: Expression): FormRow | undefined {
  const attribute = pathOf(left);
  if (attribute === undefined || right === null || typeof right !== "object" || right.kind !== "list")
    return undefined;
  const values: FormValue[] = [];
  for (const item of right.items) {
    const value = scalarOf(item);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { attribute, operator: "isOneOf", values };
}

function fromComparison(op: Binary["op"], left: Expression, right: Expression): FormRow | undefined {
  return fromPlain(op, left, right) ?? fromVersions(op, left, right) ?? fromMoments(op, left, right);
}

function fromPlain(op: Binary["op"], left: Expression, right: Expression): FormRow | undefined {
  const attribute = pathOf(left);
  if (attribute === undefined) return undefined;
  const value = scalarOf(right);
  if (value === undefined) return undefined;
  if (op === "==" || op === "!=")
    return { attribute, operator: op === "==" ? "is" : "isNot", values: [value] };
  const operator = operatorFor(numberOperators, op);
  return operator && typeof value === "number" ? { attribute, operator, values: [value] } : undefined;
}

function fromVersions(op: Binary["op"], left: Expression, right: Expression): FormRow | undefined {
  const attribute = pathOf(argumentOf("semver", left));
  const value = argumentOf("semver", right);
  const operator = operatorFor(versionOperators, op);
  if (attribute === undefined || typeof value !== "string" || !operator) return undefined;
  return { attribute, operator, values: [value] };
}

function fromMoments(op: Binary["op"], left: Expression, right: Expression): FormRow | undefined {
  const attribute = pathOf(argumentOf("timestamp", left));
  const value = momentOf(right);
  const operator = operatorFor(momentOperators, op);
  if (attribute === undefined || typeof value !== "string" || !operator) return undefined;
  return { attribute, operator, values: [value] };
}

/** `now` as a text is no moment. */
function momentOf(expression: Expression): Expression | undefined {
  if (expression !== null && typeof expression === "object" && expression.kind === "now") return "now";
  const text = argumentOf("timestamp", expression);
  return text === "now" ? undefined : text;
}

/** The only argument of the function's call; undefined for all else. */
function argumentOf(name: string, call: Expression): Expression | undefined {
  if (call === null || typeof call !== "object" || call.kind !== "call") return undefined;
  const isIt = call.name === name && call.target === undefined && call.args.length === 1;
  return isIt ? call.args[0] : undefined;
}

/** A text, true or false, or a number that a row can hold exactly. */
function scalarOf(expression: Expression): FormValue | undefined {
  if (typeof expression === "string" || typeof expression === "boolean") return expression;
  if (expression === null || typeof expression !== "object") return undefined;
  if (expression.kind === "double") return expression.value;
  if (expression.kind !== "int") return undefined;
  const value = Number(expression.value);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `user.plan` of an attribute or a field; undefined for all else, and for names that hold a dot themselves. */
function pathOf(expression: Expression | undefined): string | undefined {
  if (expression === null || typeof expression !== "object") return undefined;
  if (expression.kind === "attribute") return expression.name.includes(".") ? undefined : expression.name;
  if (expression.kind !== "select" || expression.field.includes(".")) return undefined;
  const owner = pathOf(expression.of);
  return owner === undefined ? undefined : `${owner}.${expression.field}`;
}
