import type { Binary, Expression, ExpressionNode, ListLiteral } from "../language/expression.ts";

/** Methods that every evaluation has. */
const METHODS = ["startsWith", "endsWith", "contains", "matches"];

/**
 * Whether a node, for some context, asks for what `@burgee/engine/library` holds; what is in it is not looked at. Without the library
 * a list literal is an error: it asks for none where any list would be one, nor as constants right of `in`.
 */
export function asksLibrary(node: ExpressionNode): boolean {
  switch (node.kind) {
    case "int":
    case "double":
    case "list":
    case "attribute":
    case "select":
    case "has":
    case "segment":
    case "and":
    case "or":
      return false;
    case "call":
      return node.target === undefined || !METHODS.includes(node.name);
    case "unary":
      return node.op !== "!";
    case "binary":
      return asksMore(node);
    default:
      return true;
  }
}

function asksMore({ op, left, right }: Binary): boolean {
  switch (op) {
    case "==":
    case "!=":
      return isList(left) || isList(right) || (!isScalar(left) && !isScalar(right));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return !isNumber(left) && !isNumber(right);
    case "in":
      return isList(left) || (isList(right) ? !right.items.every(isScalar) : !isScalar(left));
    default:
      return true;
  }
}

function isScalar(part: Expression): boolean {
  return !isObject(part) || isNumber(part);
}

function isNumber(part: Expression): boolean {
  return isObject(part) && (part.kind === "int" || part.kind === "double");
}

function isList(part: Expression): part is ListLiteral {
  return isObject(part) && part.kind === "list";
}

function isObject(part: Expression): part is ExpressionNode {
  return typeof part === "object" && part !== null;
}
