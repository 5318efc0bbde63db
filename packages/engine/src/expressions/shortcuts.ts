/** Closures of their own for the shapes that most conditions have. Each agrees with the plain closures of the same node. */
import { attributeReader } from "../evaluation/context.ts";
import type { Binary, Expression, Ordering } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { canonicalKey } from "../values/map-value.ts";
import { orderings } from "../values/ordering.ts";
import { BUDGET_EXCEEDED } from "../values/run.ts";
import { isNumber } from "../values/value-type.ts";
import { missingAttribute } from "./attributes.ts";
import type { Compile, Compiled } from "./compiled.ts";
import { compileVersionOrder } from "./version-order.ts";

/** A closure for `attribute op constant`, `constant op attribute`, `… in [constants]`, or `semver(attribute) op semver('…')`. */
export function compileShortcut(expression: Expression, compile: Compile): Compiled | undefined {
  if (expression === null || typeof expression !== "object" || expression.kind !== "binary") return undefined;
  if (expression.op === "in") return compileMembership(expression, compile);
  return compileAttributeFirst(expression) ?? compileFlipped(expression);
}

const flipped: Readonly<Record<string, Binary["op"]>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function compileFlipped({ op, left, right }: Binary): Compiled | undefined {
  const mirrored = Object.hasOwn(flipped, op) ? flipped[op] : undefined;
  return mirrored && compileAttributeFirst({ kind: "binary", op: mirrored, left: right, right: left });
}

function compileAttributeFirst(node: Binary): Compiled | undefined {
  const name = attributeName(node.left);
  if (name === undefined) return compileVersionOrder(node);

  const constant = scalarOf(node.right);
  if (constant === undefined || isLong(constant)) return undefined;
  if (node.op === "==" || node.op === "!=") return compileEquality(name, node.op === "==", constant);
  return typeof constant === "number" && isOrdering(node.op)
    ? compileNumberOrder(name, node.op, constant)
    : undefined;
}

function compileEquality(name: string, wanted: boolean, constant: unknown): Compiled {
  const read = attributeReader(name);
  const missing = missingAttribute(name);
  return (context) => {
    const value = read(context);
    if (value === constant) return wanted;
    if (typeof value === "string") return !wanted;
    if (value === undefined) return missing;
    if (!isNumber(value)) return !wanted;
    return (isNumber(constant) && value <= constant && value >= constant) === wanted;
  };
}

function compileMembership({ left, right }: Binary, compile: Compile): Compiled | undefined {
  const members = membersOf(right);
  if (!members) return undefined;
  const item = compile(left);
  return (context, run) => {
    const value = item(context, run);
    if (typeof value === "string") {
      return run.spendText(value.length) ? members.has(value) : BUDGET_EXCEEDED;
    }
    return value instanceof Failure ? value : members.has(canonicalKey(value));
  };
}

function compileNumberOrder(name: string, op: Ordering, constant: number): Compiled {
  const read = attributeReader(name);
  const missing = missingAttribute(name);
  const order = orderings[op];
  const test = numberTests[op];
  return (context, run) => {
    const value = read(context);
    if (typeof value === "number") return test(value, constant);
    return value === undefined ? missing : order(value, constant, run);
  };
}

const numberTests: Readonly<Record<Ordering, (left: number, right: number) => boolean>> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

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

function attributeName(expression: Expression): string | undefined {
  if (expression === null || typeof expression !== "object") return undefined;
  return expression.kind === "attribute" ? expression.name : undefined;
}

/** Comparing with a long text is charged, which the plain closures do. */
function isLong(constant: unknown): boolean {
  return typeof constant === "string" && constant.length > EVALUATION_LIMITS.freeTextLength;
}

function isOrdering(op: Binary["op"]): op is Ordering {
  return Object.hasOwn(orderings, op);
}
