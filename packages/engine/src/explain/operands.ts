import type { Call, Expression } from "../language/expression.ts";

/** What a comparison or a test looks at, and what it holds that against. */
export interface Operands {
  readonly actual?: Expression | undefined;
  readonly expected?: Expression | undefined;
}

/** The operands that are worth showing beside an outcome. */
export function operandsOf(expression: Expression): Operands {
  if (expression === null || typeof expression !== "object") return {};
  switch (expression.kind) {
    case "binary": {
      const { left, right } = expression;
      return isFixed(left) && !isFixed(right)
        ? { actual: bare(right), expected: bare(left) }
        : { actual: bare(left), expected: bare(right) };
    }
    case "call":
      return operandsOfCall(expression);
    case "has":
      return { actual: expression.of };
    case "attribute":
    case "variable":
    case "select":
    case "index":
      return { actual: expression };
    default:
      return {};
  }
}

function operandsOfCall({ target, args }: Call): Operands {
  const [first, ...more] = target === undefined ? args : [target, ...args];
  if (more.length === 0) return { actual: first };
  return { actual: first, expected: more.length === 1 ? more[0] : { kind: "list", items: more } };
}

/** A version is shown as it was written. */
function bare(expression: Expression): Expression {
  if (expression === null || typeof expression !== "object" || expression.kind !== "call") return expression;
  const [version] = expression.args;
  return expression.name === "semver" && version !== undefined ? version : expression;
}

function isFixed(expression: Expression): boolean {
  if (expression === null || typeof expression !== "object") return true;
  if (expression.kind === "call") return expression.target === undefined && expression.args.every(isFixed);
  return ["int", "uint", "double", "bytes", "type", "list", "map"].includes(expression.kind);
}
