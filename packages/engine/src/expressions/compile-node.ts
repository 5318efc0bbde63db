import { bucketer } from "../bucketing/bucket.ts";
import { stickinessText } from "../bucketing/stickiness.ts";
import { attributeReader } from "../evaluation/context.ts";
import type { Call, Expression, ExpressionNode, Has } from "../language/expression.ts";
import { Failure, unknown } from "../values/failure.ts";
import { mapGet } from "../values/map-value.ts";
import { BUDGET_EXCEEDED, type Compiled, Run } from "../values/run.ts";
import { fromContext, TypeValue, Uint } from "../values/scalar.ts";
import { isMap, noOverload, numberOf } from "../values/value-type.ts";
import { apply, constant } from "./apply.ts";
import type { Compile, Scope } from "./compiled.ts";
import { compileList, compileMap } from "./lists-and-maps.ts";
import { asFailure, compileLogic } from "./logic.ts";
import { compileMacro, compileVariable } from "./macro.ts";

/** Compiles one node, its parts by `compile`. Never throws for a tree that `readRuleset` took. */
export function compileNode(expression: Expression, scope: Scope, compile: Compile): Compiled {
  if (expression === null || typeof expression !== "object") return constant(expression);
  const node = compileTagged(expression, scope, compile);
  return isFixed(expression) ? once(node) : node;
}

/** A list, a map or a function of nothing but constants. */
function isFixed(node: ExpressionNode): boolean {
  const { kind } = node;
  if (kind !== "list" && kind !== "map" && (kind !== "call" || node.target !== undefined)) return false;
  return Object.values(node).every(isConstant);
}

function isConstant(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return true;
  if (Array.isArray(part)) return part.every(isConstant);
  return "kind" in part && (part.kind === "int" || part.kind === "double");
}

/** What a node without anything of the context in it gives: made when first asked, and shared by all evaluations. */
function once(node: Compiled): Compiled {
  let library: unknown = once;
  let value: unknown;
  return (context, run) => {
    if (library !== run.surroundings.library) {
      library = run.surroundings.library;
      const alone = new Run();
      alone.begin(run.surroundings);
      value = node(context, alone);
    }
    return value;
  };
}

function compileTagged(node: ExpressionNode, scope: Scope, compile: Compile): Compiled {
  const part = (inner: Expression) => compile(inner, scope);
  switch (node.kind) {
    case "int":
      return constant(BigInt(node.value));
    case "uint":
      return constant(new Uint(BigInt(node.value)));
    case "double":
      return constant(node.value);
    case "bytes":
      return constant(Uint8Array.from(node.value, (character) => character.charCodeAt(0)));
    case "type":
      return constant(new TypeValue(node.name));
    case "now":
      return (_context, run) => run.now();
    case "list":
      return compileList(node.items.map(part));
    case "map":
      return compileMap(node.entries.map(([key, value]) => [part(key), part(value)]));
    case "attribute":
      return compileAttribute(node.name);
    case "variable":
      return compileVariable(node.name, scope);
    case "select":
      return compileSelection(part(node.of), node.field);
    case "index":
      return apply("[]", "[]", [part(node.of), part(node.at)]);
    case "has":
      return compileHas(node, part);
    case "call":
      return compileCall(node, part);
    case "macro":
      return compileMacro(node, scope, compile);
    case "segment":
      return compileSegment(node.key);
    case "unary":
      return apply(node.op === "-" ? "-x" : node.op, node.op, [part(node.of)]);
    case "binary":
      return apply(node.op, node.op, [part(node.left), part(node.right)]);
    case "and":
    case "or":
      return compileLogic(node.kind === "or", node.of.map(part));
    case "conditional":
      return compileConditional(part(node.test), part(node.whenTrue), part(node.whenFalse));
    default:
      node satisfies never; // a newer server may send a kind that this build lacks
      return constant(unknown("this part of the condition"));
  }
}

/** An attribute's value; a missing one is a failure. */
function compileAttribute(name: string): Compiled {
  const read = attributeReader(name);
  const missing = new Failure(`the context has no attribute '${name}'`);
  return (context, run) => {
    const value = read(context, run);
    return value === undefined ? missing : fromContext(value);
  };
}

function compileSelection(owner: Compiled, field: string): Compiled {
  const missing = new Failure(`there is no field '${field}'`);
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

function compileCall({ name, target, args }: Call, part: (inner: Expression) => Compiled): Compiled {
  if (target !== undefined) return apply(`.${name}`, name, [target, ...args].map(part));
  const [salt, value, ...more] = args;
  if (name !== "bucket" || value === undefined || more.length > 0) return apply(name, name, args.map(part));
  return typeof salt === "string" ? compileBucket(salt, part(value)) : constant(noOverload(name, salt));
}

/** `bucket('salt', x)`: where a rollout with this salt has `x`, in percent. */
function compileBucket(salt: string, operand: Compiled): Compiled {
  const bucket = bucketer(salt, "rollout");
  return (context, run) => {
    const value = operand(context, run);
    const text = stickinessText(numberOf(value) ?? value);
    if (text === undefined) return asFailure("bucket", value);
    return run.spendText(text.length) ? bucket(text) / 1000 : BUDGET_EXCEEDED;
  };
}

/** The segment's own test bounds how deep segments are nested, and what they cost. */
function compileSegment(key: string): Compiled {
  const missing = new Failure(`there is no segment '${key}'`);
  return (context, run) => {
    const test = run.surroundings.segment(key);
    return test ? test(context, run) : missing;
  };
}

function compileConditional(test: Compiled, whenTrue: Compiled, whenFalse: Compiled): Compiled {
  return (context, run) => {
    const value = test(context, run);
    if (value === true) return whenTrue(context, run);
    return value === false ? whenFalse(context, run) : asFailure("?:", value);
  };
}
