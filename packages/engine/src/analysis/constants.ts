import type { Expression } from "../language/expression.ts";

/** Constants that one opaque test is tried with at most. */
const MOST = 64;

/**
 * The value of a scalar constant; `undefined` for all else. Numbers past 2^53 are none: ints and doubles differ there in what
 * they are equal to.
 */
export function scalarOf(expression: Expression): unknown {
  if (expression === null || typeof expression !== "object") return expression;
  if (expression.kind === "int" || expression.kind === "double") {
    const number = Number(expression.value);
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined;
  }
  const negative = expression.kind === "unary" && expression.op === "-" ? scalarOf(expression.of) : undefined;
  return typeof negative === "number" ? -negative : undefined;
}

/** The values of a list of scalar constants. */
export function scalarsOf(expression: Expression): readonly unknown[] | undefined {
  if (expression === null || typeof expression !== "object" || expression.kind !== "list") return undefined;
  const values = expression.items.map(scalarOf);
  return values.includes(undefined) ? undefined : values;
}

/** The constants that stand anywhere in an expression. */
export function constantsIn(expression: Expression): readonly unknown[] {
  const found = new Set<unknown>();
  collect(expression, found);
  return [...found];
}

function collect(part: unknown, found: Set<unknown>): void {
  if (found.size >= MOST) return;
  if (typeof part === "string") found.add(part);
  if (typeof part !== "object" || part === null) return;
  if ("kind" in part && "value" in part && (part.kind === "int" || part.kind === "double")) {
    found.add(Number(part.value));
    return;
  }
  for (const [name, inner] of Object.entries(part)) if (!NAMES.has(name)) collect(inner, found);
}

/** Fields of a node that hold no constants. */
const NAMES: ReadonlySet<string> = new Set(["kind", "op", "name", "field", "variable", "key"]);
