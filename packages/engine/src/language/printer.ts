import type { Expression, ExpressionNode } from "./expression.ts";

/** The text of an expression, with no parenthesis that could go; `parseExpression` makes the same expression of it. */
export function print(expression: Expression): string {
  return printAt(CONDITIONAL, expression);
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

function printAt(place: number, expression: Expression): string {
  const text = printBare(expression);
  return tightness(expression) < place ? `(${text})` : text;
}

function printBare(expression: Expression): string {
  if (typeof expression === "string") return printString(expression);
  if (expression === null || typeof expression === "boolean") return String(expression);
  return printNode(expression);
}

function printNode(node: ExpressionNode): string {
  switch (node.kind) {
    case "int":
      return node.value;
    case "double":
      return printDouble(node.value);
    case "list":
      return `[${printAll(node.items)}]`;
    case "map":
      return `{${node.entries.map(([key, value]) => `${print(key)}: ${print(value)}`).join(", ")}}`;
    case "attribute":
      return node.name;
    case "select":
      return `${printAt(MEMBER, node.of)}.${node.field}`;
    case "index":
      return `${printAt(MEMBER, node.of)}[${print(node.at)}]`;
    case "has":
      return `has(${print(node.of)})`;
    case "call":
      return `${node.target === undefined ? "" : `${printAt(MEMBER, node.target)}.`}${node.name}(${printAll(node.args)})`;
    case "unary":
      return printUnary(node.op, node.of);
    case "binary":
      return `${printAt(tightness(node), node.left)} ${node.op} ${printAt(tightness(node) + 1, node.right)}`;
    case "and":
      return node.of.map((part) => printAt(RELATION, part)).join(" && ");
    case "or":
      return node.of.map((part) => printAt(AND, part)).join(" || ");
    case "conditional":
      return `${printAt(OR, node.test)} ? ${printAt(OR, node.whenTrue)} : ${print(node.whenFalse)}`;
    default:
      return `<${node.kind}>`;
  }
}

function printAll(expressions: readonly Expression[]): string {
  return expressions.map(print).join(", ");
}

/** A run of one operator needs no parentheses; a minus before an unsigned number does, or it would become its sign. */
function printUnary(op: "!" | "-", of: Expression): string {
  const isRun = isNode(of) && of.kind === "unary" && of.op === op;
  if (isRun) return op + printBare(of);
  return op === "-" && wouldTakeSign(of) && !isZero(of) ? `-(${printBare(of)})` : op + printAt(MEMBER, of);
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

/** With a point or an exponent, as a double is told from an int by it. */
function printDouble(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function printString(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&").replace(CONTROLS, escapeControl)}'`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not stand as they are.
const CONTROLS = /[\x00-\x1f\x7f\u2028\u2029]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeControl(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function isNode(expression: Expression): expression is ExpressionNode {
  return expression !== null && typeof expression === "object";
}
