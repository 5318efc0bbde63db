import { attributeReader } from "../evaluation/context.ts";
import type { Call, Expression, ExpressionNode, Has } from "../language/expression.ts";
import { Failure, unknown } from "../values/failure.ts";
import { mapGet } from "../values/map-value.ts";
import type { Compile, Compiled, CompileMatches, Scope } from "../values/run.ts";
import { fromContext } from "../values/scalar.ts";
import { isMap } from "../values/value-type.ts";
import { apply, constant } from "./apply.ts";
import { further } from "./further.ts";
import { asFailure, compileLogic } from "./logic.ts";

/** Compiles one node, its parts by `compile`. Never throws for a tree that `readRuleset` took. */
export function compileNode(expression: Expression, scope: Scope, compile: Compile): Compiled {
  if (expression === null || typeof expression !== "object") return constant(expression);
  return compileTagged(expression, scope, compile);
}

function compileTagged(node: ExpressionNode, scope: Scope, compile: Compile): Compiled {
  const part = (inner: Expression) => compile(inner, scope);
  const more = (name: string) =>
    further((library) => library.compile(node, scope, compile), constant(unknown(name)));
  switch (node.kind) {
    case "int":
      return constant(BigInt(node.value));
    case "double":
      return constant(node.value);
    case "attribute":
      return compileAttribute(node.name);
    case "select":
      return compileSelection(part(node.of), node.field);
    case "has":
      return compileHas(node, part);
    case "call":
      if (node.target === undefined) return more(node.name);
      if (node.name === "matches") return compileMatches(node, scope, compile);
      return apply(`.${node.name}`, node.name, [node.target, ...node.args].map(part));
    case "segment":
      return compileSegment(node.key);
    case "unary":
      return apply(node.op === "-" ? "-x" : node.op, node.op, [part(node.of)]);
    case "binary":
      return apply(node.op, node.op, [part(node.left), part(node.right)]);
    case "and":
    case "or":
      return compileLogic(node.kind === "or", node.of.map(part));
    default:
      return more(node.kind);
  }
}

function compileMatches(node: Call, scope: Scope, compile: Compile): Compiled {
  const otherwise = constant(unknown(node.name));
  let known: CompileMatches | undefined;
  let made = otherwise;
  return (context, run) => {
    const { matches } = run.surroundings;
    if (matches !== known) {
      known = matches;
      made = matches?.(node, scope, compile) ?? otherwise;
    }
    return made(context, run);
  };
}

/** An attribute's value; a missing one is a failure. */
function compileAttribute(name: string): Compiled {
  const read = attributeReader(name);
  const missing = noAttribute(name);
  return (context, run) => {
    const value = read(context, run);
    return value === undefined ? missing : fromContext(value);
  };
}

export function noAttribute(name: string): Failure {
  return new Failure("no_attribute", name);
}

function compileSelection(owner: Compiled, field: string): Compiled {
  const missing = new Failure("no_field", field);
  return ofMap(owner, `.${field}`, field, (value) => (value === undefined ? missing : value));
}

function compileHas({ of }: Has, part: (inner: Expression) => Compiled): Compiled {
  if (of.kind === "select") return ofMap(part(of.of), "has", of.field, (value) => value !== undefined);
  const read = attributeReader(of.name);
  return (context, run) => read(context, run) !== undefined;
}

function ofMap(owner: Compiled, op: string, field: string, answer: (value: unknown) => unknown): Compiled {
  return (context, run) => {
    const map = owner(context, run);
    return isMap(map) ? answer(mapGet(map, field)) : asFailure(op, map);
  };
}

/** The segment's own test bounds how deep segments are nested, and what they cost. */
function compileSegment(key: string): Compiled {
  const missing = new Failure("no_segment", key);
  return (context, run) => {
    const test = run.surroundings.segment(key);
    return test ? test(context, run) : missing;
  };
}
