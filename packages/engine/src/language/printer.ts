import { READ_LIMITS } from "../limits.ts";
import type { Binary, Expression, ExpressionNode, Logic, Macro, Unary } from "./expression.ts";
import {
  isBindable,
  isCallable,
  isMacro,
  isPlainName,
  isReserved,
  isType,
  isTypeCall,
  typeNamed,
} from "./names.ts";
import { isBinary, PRECEDENCE, RELATION } from "./precedence.ts";
import { printField, printForeign, printQuoted } from "./print-foreign.ts";
import { printBytes, printDouble, printString } from "./print-literal.ts";

/**
 * The text of an expression, with no parenthesis that could go; `parseExpression` makes the same expression of it. A tree
 * may hold what no text means, as a name that backticks can't hold: that comes out as what `parseExpression` refuses.
 */
export function print(expression: Expression): string {
  return printAt(CONDITIONAL, expression, { names: [], length: Infinity, left: { parts: Infinity } });
}

/**
 * As many of the first characters of an expression's text, in a time that does not grow with the rest: each part writes one at least, or
 * stands around those that are being written.
 */
export function printBeginning(expression: Expression, length: number): string {
  const left = { parts: length + READ_LIMITS.conditionDepth };
  return printAt(CONDITIONAL, expression, { names: [], length, left }).slice(0, length);
}

/** How tightly a form binds: a part that binds looser than its place asks stands in parentheses. */
const CONDITIONAL = 0;
const OR = 1;
const AND = 2;
/** Binary operators bind from here on, by their precedence. */
const BINARY = AND + RELATION;
const UNARY = 6;
const MEMBER = 7;

/** Of the place of a part. */
interface Scope {
  /** The variables of the macros around. */
  readonly names: readonly string[];
  /** Characters of one literal past which nobody looks. */
  readonly length: number;
  /** Parts before nobody looks any more, of the whole expression. */
  readonly left: { parts: number };
}

function printAt(place: number, expression: Expression, scope: Scope): string {
  if (isNegativeZero(expression)) return printAt(place, NEGATED_ZERO, scope);
  scope.left.parts--;
  if (scope.left.parts < 0) return "";
  const text = printBare(expression, scope);
  return tightness(expression) < place ? `(${text})` : text;
}

function printBare(expression: Expression, scope: Scope): string {
  if (typeof expression === "string") return printString(expression.slice(0, scope.length));
  if (expression === null || typeof expression === "boolean") return String(expression);
  return printNode(expression, scope);
}

function printNode(node: ExpressionNode, scope: Scope): string {
  switch (node.kind) {
    case "int":
      return node.value;
    case "uint":
      return `${node.value}u`;
    case "double":
      return printDouble(node.value);
    case "bytes":
      return printBytes(node.value.slice(0, scope.length));
    case "type":
      return printForeign(node.name);
    case "variable":
      return scope.names.includes(node.name) ? node.name : printForeign(node.name);
    case "now":
      return "now";
    case "list":
      return `[${printAll(node.items, scope)}]`;
    case "map":
      return `{${node.entries.map((entry) => entry.map((part) => printAt(CONDITIONAL, part, scope)).join(": ")).join(", ")}}`;
    case "attribute":
      return printAttribute(node.name, scope);
    case "select":
      return `${printAt(MEMBER, node.of, scope)}.${printField(node.field)}`;
    case "index":
      return `${printAt(MEMBER, node.of, scope)}[${printAt(CONDITIONAL, node.at, scope)}]`;
    case "has":
      return `has(${printAt(CONDITIONAL, node.of, scope)})`;
    case "call":
      return printCall(node, scope);
    case "macro":
      return printMacro(node, scope);
    case "segment":
      return `segment(${printString(node.key)})`;
    case "unary":
      return printUnary(node, scope);
    case "binary":
      return printBinary(node, scope);
    case "and":
    case "or":
      return printLogic(node, scope);
    case "conditional":
      return `${printAt(OR, node.test, scope)} ? ${printAt(OR, node.whenTrue, scope)} : ${printAt(CONDITIONAL, node.whenFalse, scope)}`;
    default:
      return printForeign((node satisfies never as ExpressionNode).kind);
  }
}

function printAll(expressions: readonly Expression[], scope: Scope): string {
  return expressions.map((part) => printAt(CONDITIONAL, part, scope)).join(", ");
}

/** A dot before it says that the name is an attribute, where it would mean something else. */
function printAttribute(name: string, scope: Scope): string {
  if (!isPlainName(name) || isReserved(name)) return printQuoted(name);
  return name === "now" || scope.names.includes(name) ? `.${name}` : name;
}

/** As {@link printAt} in a place where the name of a type means the type, unless a macro bound it. */
function printBesideType(place: number, expression: Expression, scope: Scope): string {
  if (isNode(expression) && expression.kind === "type") {
    const { name } = expression;
    return isType(name) && !scope.names.includes(name.split(".", 1).join()) ? name : printForeign(name);
  }
  const text = printAt(place, expression, scope);
  return typeNamed(expression) === undefined || text.startsWith(".") ? text : `.${text}`;
}

function printCall(node: Extract<Expression, { kind: "call" }>, scope: Scope): string {
  const { name, target, args } = node;
  if (target !== undefined) {
    const method = isPlainName(name) && !isMacro(name) ? name : printForeign(name);
    return `${printAt(MEMBER, target, scope)}.${method}(${printAll(args, scope)})`;
  }
  const [first] = args;
  if (isTypeCall(node) && first !== undefined) return `type(${printBesideType(CONDITIONAL, first, scope)})`;
  // `matches(a, b)` is the text of the method.
  const isOwn = isCallable(name) && !(name === "matches" && args.length === 2);
  return `${isOwn ? name : printForeign(name)}(${printAll(args, scope)})`;
}

function printMacro({ name, over, variable, test, body }: Macro, scope: Scope): string {
  const inner = { ...scope, names: [...scope.names, variable] };
  const parts = printAll(test === undefined ? [body] : [test, body], inner);
  const macro = isMacro(name) ? name : printForeign(name);
  const bound = isBindable(variable) ? variable : printForeign(variable);
  return `${printAt(MEMBER, over, scope)}.${macro}(${bound}, ${parts})`;
}

/** Of two operands or more, by the grammar. */
function printLogic({ kind, of }: Logic, scope: Scope): string {
  if (of.length < 2) return printForeign(kind);
  const place = tightness({ kind, of }) + 1;
  return of.map((part) => printAt(place, part, scope)).join(kind === "and" ? " && " : " || ");
}

/** All group to the left, so that the right operand must bind tighter. */
function printBinary(node: Binary, scope: Scope): string {
  const { left, right } = node;
  const place = tightness(node);
  const op = isBinary(node.op) ? node.op : printForeign(node.op);
  const isEquality = op === "==" || op === "!=";
  const printLeft = isEquality && isTypeCall(right) ? printBesideType : printAt;
  const first = printLeft(place, left, scope);
  if (!isTypeCall(left)) return `${first} ${op} ${printAt(place + 1, right, scope)}`;
  if (isEquality) return `${first} ${op} ${printBesideType(place + 1, right, scope)}`;
  if (op !== "in" || !isNode(right) || right.kind !== "list")
    return `${first} ${op} ${printAt(place + 1, right, scope)}`;
  return `${first} in [${right.items.map((item) => printBesideType(CONDITIONAL, item, scope)).join(", ")}]`;
}

/** A run of one operator needs no parentheses; a minus before an unsigned number does, or it would become its sign. */
function printUnary({ op, of }: Unary, scope: Scope): string {
  if (op !== "!" && op !== "-") return printForeign(op) + printAt(MEMBER, of, scope);
  const isRun = isNode(of) && of.kind === "unary" && of.op === op;
  if (isRun) return op + printBare(of, scope);
  return op === "-" && wouldTakeSign(of) && !isZero(of)
    ? `-(${printBare(of, scope)})`
    : op + printAt(MEMBER, of, scope);
}

function wouldTakeSign(expression: Expression): boolean {
  if (!isNode(expression)) return false;
  switch (expression.kind) {
    case "int":
      return !expression.value.startsWith("-");
    case "double":
      return expression.value >= 0;
    case "select":
    case "index":
      return wouldTakeSign(expression.of);
    case "macro":
      return wouldTakeSign(expression.over);
    case "call":
      return expression.target !== undefined && wouldTakeSign(expression.target);
    default:
      return false;
  }
}

const NEGATED_ZERO: Unary = { kind: "unary", op: "-", of: { kind: "double", value: 0 } };

function isNegativeZero(expression: Expression): boolean {
  return isNode(expression) && expression.kind === "double" && Object.is(expression.value, -0);
}

/** `-0.0` is read as the negation of `0.0` either way. */
function isZero(expression: Expression): boolean {
  return isNode(expression) && expression.kind === "double" && expression.value === 0;
}

function tightness(expression: Expression): number {
  if (!isNode(expression)) return MEMBER;
  switch (expression.kind) {
    case "conditional":
      return CONDITIONAL;
    case "or":
      return OR;
    case "and":
      return AND;
    case "binary":
      return isBinary(expression.op) ? AND + PRECEDENCE[expression.op] : BINARY;
    case "unary":
      return UNARY;
    default:
      return MEMBER;
  }
}

function isNode(expression: Expression): expression is ExpressionNode {
  return expression !== null && typeof expression === "object";
}
