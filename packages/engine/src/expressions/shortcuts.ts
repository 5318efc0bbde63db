/** Closures of their own for the shapes that most conditions have. Each agrees with the plain closures of the same node. */
import { attributeReader } from "../evaluation/context.ts";
import type { Binary, Expression } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { canonicalKey } from "../values/map-value.ts";
import type { Compile, Scope } from "../values/run.ts";
import { BUDGET_EXCEEDED, type Compiled } from "../values/run.ts";
import { compileNode, noAttribute } from "./compile-node.ts";
import { comparisonOf } from "./functions.ts";
import { further } from "./further.ts";

/** A closure for `attribute op constant`, `… in [constants]`, or `semver(attribute) op semver('…')`. */
export function compileShortcut(
  expression: Expression,
  scope: Scope,
  compile: Compile,
): Compiled | undefined {
  if (expression === null || typeof expression !== "object" || expression.kind !== "binary") return undefined;
  const { op, left, right } = expression;
  if (op === "in") return compileMembership(left, compile(left, scope), right);

  let plain: Compiled | undefined;
  /** What a shortcut leaves is left to the plain closure: values of other types. Made when it is first needed. */
  const plainly: Compiled = (context, run) => {
    plain ??= compileNode(expression, scope, compile);
    return plain(context, run);
  };
  const compared = compileComparison(expression, plainly);
  if (compared) return compared;
  const isCall = typeof left === "object" && left?.kind === "call";
  return isCall ? further((library) => library.shortcut(expression, plainly), plainly) : undefined;
}

function compileComparison({ op, left, right }: Binary, plainly: Compiled): Compiled | undefined {
  const name = attributeOf(left);
  const constant = scalarOf(right);
  const holds = comparisonOf(op);
  if (!holds || name === undefined || constant === undefined || isCostly(constant)) return undefined;

  const read = attributeReader(name);
  let missing: Failure | undefined;
  if (op === "==" || op === "!=") {
    const isEqual = op === "==";
    return (context, run) => {
      const value = read(context, run);
      if (value === constant) return isEqual;
      if (typeof value === "string" || typeof value === "number") return !isEqual;
      if (value !== undefined) return plainly(context, run);
      missing ??= noAttribute(name);
      return missing;
    };
  }
  if (typeof constant !== "number") return undefined;
  return (context, run) => {
    const value = read(context, run);
    if (typeof value === "number") return holds(value, constant);
    if (value !== undefined) return plainly(context, run);
    missing ??= noAttribute(name);
    return missing;
  };
}

function compileMembership(item: Expression, asked: Compiled, list: Expression): Compiled | undefined {
  const members = membersOf(list);
  if (!members) return undefined;
  const name = attributeOf(item);
  const read = name === undefined ? undefined : attributeReader(name);
  return (context, run) => {
    let value = read?.(context, run);
    if (typeof value !== "string") value = asked(context, run);
    if (typeof value === "string") return run.spendText(value.length) ? members.has(value) : BUDGET_EXCEEDED;
    return value instanceof Failure ? value : members.has(canonicalKey(value));
  };
}

/** The canonical keys of a list of scalar constants. */
function membersOf(list: Expression): ReadonlySet<unknown> | undefined {
  if (list === null || typeof list !== "object" || list.kind !== "list") return undefined;
  const members = new Set<unknown>();
  for (const item of list.items) {
    const constant = scalarOf(item);
    if (constant === undefined) return undefined;
    members.add(constant);
  }
  return members;
}

/** The canonical key of a constant: an int within 2^53 is a number. `undefined` for all but scalar constants. */
function scalarOf(expression: Expression): unknown {
  if (expression === null || typeof expression !== "object") return expression;
  if (expression.kind === "int") return canonicalKey(BigInt(expression.value));
  return expression.kind === "double" ? canonicalKey(expression.value) : undefined;
}

/** Comparing with a long text is charged, and with a number past 2^53 is done by value: the plain closures do it. */
function isCostly(constant: unknown): boolean {
  if (typeof constant === "string") return constant.length > EVALUATION_LIMITS.freeTextLength;
  return typeof constant === "bigint";
}

export function attributeOf(expression: Expression | undefined): string | undefined {
  if (expression === null || typeof expression !== "object") return undefined;
  return expression.kind === "attribute" ? expression.name : undefined;
}
