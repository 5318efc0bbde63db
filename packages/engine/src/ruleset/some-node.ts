import type { Expression, ExpressionNode } from "../language/expression.ts";

/**
 * Whether a node of a condition passes the test; asked in order, none after the first that does. Of a kind that this release
 * lacks only the node itself: what it holds was not checked.
 */
export function someNode(expression: Expression, test: (node: ExpressionNode) => boolean): boolean {
  if (!isNode(expression)) return false;
  if (test(expression)) return true;
  // No call for each of the 10,000 ids that a list may have.
  for (const part of partsOf(expression)) if (isNode(part) && someNode(part, test)) return true;
  return false;
}

function isNode(expression: Expression): expression is ExpressionNode {
  return typeof expression === "object" && expression !== null;
}

function partsOf(node: ExpressionNode): readonly Expression[] {
  switch (node.kind) {
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "select":
    case "has":
    case "unary":
      return [node.of];
    case "index":
      return [node.of, node.at];
    case "call":
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case "macro":
      return node.test === undefined ? [node.over, node.body] : [node.over, node.test, node.body];
    case "binary":
      return [node.left, node.right];
    case "and":
    case "or":
      return node.of;
    case "conditional":
      return [node.test, node.whenTrue, node.whenFalse];
    default:
      return [];
  }
}
