import { attributeReader } from "../evaluation/context.ts";
import type { BinaryOperator, Expression, ExpressionNode, Has, Unary } from "../language/expression.ts";
import { negate } from "../values/arithmetic.ts";
import { Failure } from "../values/failure.ts";
import { mapGet } from "../values/map-value.ts";
import { Run } from "../values/run.ts";
import { isMap, noOverload } from "../values/value-type.ts";
import { compileAttribute } from "./attributes.ts";
import { type BinaryMeaning, binaryOperators } from "./binary-operators.ts";
import type { Compile, Compiled } from "./compiled.ts";
import { functions } from "./functions.ts";
import { compileLogic } from "./logic.ts";
import { compileList, compileMap, elementAt, fieldOf } from "./maps-and-lists.ts";

/** Compiles one node, its parts by `compile`. Never throws for a tree that `readRuleset` took. */
export function compileNode(expression: Expression, compile: Compile): Compiled {
  if (expression === null || typeof expression !== "object") return constant(expression);
  const node = compileTagged(expression, compile);
  return isConstantContainer(expression) ? constant(node(NOTHING, new Run())) : node;
}

const NOTHING = Object.freeze({});

/** A flat list or map of constants is made once, and shared by all evaluations. */
function isConstantContainer(node: ExpressionNode): boolean {
  if (node.kind === "list") return node.items.every(isConstant);
  return node.kind === "map" && node.entries.every((entry) => entry.every(isConstant));
}

function isConstant(expression: Expression): boolean {
  if (expression === null || typeof expression !== "object") return true;
  return expression.kind === "int" || expression.kind === "double";
}

function compileTagged(node: ExpressionNode, compile: Compile): Compiled {
  switch (node.kind) {
    case "int":
      return constant(BigInt(node.value));
    case "double":
      return constant(node.value);
    case "list":
      return compileList(node, compile);
    case "map":
      return compileMap(node, compile);
    case "attribute":
      return compileAttribute(node.name);
    case "select":
      return fieldOf(compile(node.of), node.field);
    case "index":
      return withTwo(compile(node.of), compile(node.at), elementAt);
    case "has":
      return compileHas(node, compile);
    case "call":
      return compileCall(node.name, node.target, node.args, compile);
    case "unary":
      return compileUnary(node, compile);
    case "binary":
      return withTwo(compile(node.left), compile(node.right), binaryOperator(node.op));
    case "and":
    case "or":
      return compileLogic(node.kind, node.of.map(compile));
    case "segment":
      return compileSegmentTest(node.key);
    case "conditional":
      return compileConditional(compile(node.test), compile(node.whenTrue), compile(node.whenFalse));
    default:
      // a newer server may send a kind that this build lacks
      return unknown("this part of the condition");
  }
}

function binaryOperator(op: BinaryOperator): BinaryMeaning {
  return Object.hasOwn(binaryOperators, op) ? binaryOperators[op] : unknown(op);
}

function constant(value: unknown): Compiled {
  return () => value;
}

function unknown(what: string): () => Failure {
  const failure = new Failure(`this release does not know '${what}'`);
  return () => failure;
}

function compileHas({ of }: Has, compile: Compile): Compiled {
  if (of.kind === "attribute") {
    const read = attributeReader(of.name);
    return (context) => read(context) !== undefined;
  }
  return withOne(compile(of.of), (owner) =>
    isMap(owner) ? mapGet(owner, of.field) !== undefined : noOverload("has", owner),
  );
}

function compileCall(
  name: string,
  target: Expression | undefined,
  args: readonly Expression[],
  compile: Compile,
): Compiled {
  const call = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!call) return unknown(name);

  const [first, second, ...more] = (target === undefined ? args : [target, ...args]).map(compile);
  const isMethod = target !== undefined;
  if (!first || more.length > 0 || !call.accepts(isMethod, second ? 2 : 1)) return unknown(name);
  return second
    ? withTwo(first, second, call.apply)
    : withOne(first, (value, run) => call.apply(value, undefined, run));
}

function compileSegmentTest(key: string): Compiled {
  const missing = new Failure(`there is no segment '${key}'`);
  return (context, run) => {
    const test = run.surroundings.segment(key);
    return test ? test(context, run) : missing;
  };
}

function compileUnary(node: Unary, compile: Compile): Compiled {
  const operand = compile(node.of);
  if (node.op === "-") return withOne(operand, negate);
  if (node.op !== "!") return unknown(node.op);
  return withOne(operand, (value) => (typeof value === "boolean" ? !value : noOverload("!", value)));
}

function compileConditional(test: Compiled, whenTrue: Compiled, whenFalse: Compiled): Compiled {
  return (context, run) => {
    const value = test(context, run);
    if (value === true) return whenTrue(context, run);
    if (value === false) return whenFalse(context, run);
    return value instanceof Failure ? value : noOverload("?:", value);
  };
}

function withOne(operand: Compiled, apply: (value: unknown, run: Run) => unknown): Compiled {
  return (context, run) => {
    const value = operand(context, run);
    return value instanceof Failure ? value : apply(value, run);
  };
}

function withTwo(left: Compiled, right: Compiled, apply: BinaryMeaning): Compiled {
  return (context, run) => {
    const first = left(context, run);
    if (first instanceof Failure) return first;
    const second = right(context, run);
    return second instanceof Failure ? second : apply(first, second, run);
  };
}
