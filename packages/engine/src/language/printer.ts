import type { Binary, Expression, ExpressionNode, Macro } from "./expression.ts";
import { isPlainName, isReserved, isTypeCall, typeNamed } from "./names.ts";
import { printBytes, printDouble, printString } from "./print-literal.ts";

/** The text of an expression, with no parenthesis that could go; `parseExpression` makes the same expression of it. */
export function print(expression: Expression): string {
  return printAt(CONDITIONAL, expression, []);
}

/** How tightly a form binds: a part that binds looser than its place asks stands in parentheses. */
const CONDITIONAL = 0;
const OR = 1;
const AND = 2;
const RELATION = 3;
const ADDITION = 4;
const MULTIPLICATION = 5;
const UNARY = 6;
const MEMBER = 7;

/** The variables of the macros around. */
type Scope = readonly string[];

function printAt(place: number, expression: Expression, scope: Scope): string {
  const text = printBare(expression, scope);
  return tightness(expression) < place ? `(${text})` : text;
}

function printBare(expression: Expression, scope: Scope): string {
  if (typeof expression === "string") return printString(expression);
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
      return printBytes(node.value);
    case "type":
    case "variable":
      return node.name;
    case "now":
      return "now";
    case "list":
      return `[${printAll(node.items, scope)}]`;
    case "map":
      return `{${node.entries.map((entry) => entry.map((part) => printAt(CONDITIONAL, part, scope)).join(": ")).join(", ")}}`;
    case "attribute":
      return printAttribute(node.name, scope);
    case "select":
      return `${printAt(MEMBER, node.of, scope)}.${isPlainName(node.field) ? node.field : `\`${node.field}\``}`;
    case "index":
      return `${printAt(MEMBER, node.of, scope)}[${printAt(CONDITIONAL, node.at, scope)}]`;
    case "has":
      return `has(${printBare(node.of, scope)})`;
    case "call":
      return printCall(node, scope);
    case "macro":
      return printMacro(node, scope);
    case "segment":
      return `segment(${printString(node.key)})`;
    case "unary":
      return printUnary(node.op, node.of, scope);
    case "binary":
      return printBinary(node, scope);
    case "and":
      return node.of.map((part) => printAt(RELATION, part, scope)).join(" && ");
    case "or":
      return node.of.map((part) => printAt(AND, part, scope)).join(" || ");
    case "conditional":
      return `${printAt(OR, node.test, scope)} ? ${printAt(OR, node.whenTrue, scope)} : ${printAt(CONDITIONAL, node.whenFalse, scope)}`;
  }
}

function printAll(expressions: readonly Expression[], scope: Scope): string {
  return expressions.map((part) => printAt(CONDITIONAL, part, scope)).join(", ");
}

/** A dot before it says that the name is an attribute, where it would mean something else. */
function printAttribute(name: string, scope: Scope): string {
  if (!isPlainName(name) || isReserved(name)) return `\`${name}\``;
  return name === "now" || scope.includes(name) ? `.${name}` : name;
}

/** As {@link printAt} in a place where the name of a type means the type. */
function printBesideType(place: number, expression: Expression, scope: Scope): string {
  const text = printAt(place, expression, scope);
  return typeNamed(expression) === undefined || text.startsWith(".") ? text : `.${text}`;
}

function printCall(node: Extract<Expression, { kind: "call" }>, scope: Scope): string {
  const { name, target, args } = node;
  if (target !== undefined) return `${printAt(MEMBER, target, scope)}.${name}(${printAll(args, scope)})`;
  const [first] = args;
  return isTypeCall(node) && first !== undefined
    ? `type(${printBesideType(CONDITIONAL, first, scope)})`
    : `${name}(${printAll(args, scope)})`;
}

function printMacro({ name, over, variable, test, body }: Macro, scope: Scope): string {
  const inner = [...scope, variable];
  const parts = printAll(test === undefined ? [body] : [test, body], inner);
  return `${printAt(MEMBER, over, scope)}.${name}(${variable}, ${parts})`;
}

/** All group to the left, so that the right operand must bind tighter. */
function printBinary(node: Binary, scope: Scope): string {
  const { op, left, right } = node;
  const place = tightness(node);
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
function printUnary(op: "!" | "-", of: Expression, scope: Scope): string {
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
      return binaryTightness(expression.op);
    case "unary":
      return UNARY;
    default:
      return MEMBER;
  }
}

function binaryTightness(op: string): number {
  if (op === "+" || op === "-") return ADDITION;
  return op === "*" || op === "/" || op === "%" ? MULTIPLICATION : RELATION;
}

function isNode(expression: Expression): expression is ExpressionNode {
  return expression !== null && typeof expression === "object";
}
