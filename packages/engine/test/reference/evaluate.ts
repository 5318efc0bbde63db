/**
 * CEL by walking the tree: the plainest reading of docs/ruleset.md, to which the closures of src/expressions must agree. It
 * shares with them what a function does with values, and nothing of how nodes, operators, macros and errors come together.
 */
import { bucketOf } from "../../src/bucketing/bucket.ts";
import { stickinessText } from "../../src/bucketing/stickiness.ts";
import type { Expression, ExpressionNode, Macro } from "../../src/language/expression.ts";
import { accessors } from "../../src/library/accessors.ts";
import { cidr } from "../../src/library/cidr.ts";
import { conversions } from "../../src/library/conversions.ts";
import { stringMethods } from "../../src/library/strings.ts";
import { add, subtract } from "../../src/library/times.ts";
import { arithmetic, negate } from "../../src/values/arithmetic.ts";
import { Failure } from "../../src/values/failure.ts";
import type { Meaning, Run } from "../../src/values/run.ts";
import { fromContext, TypeValue, Uint } from "../../src/values/scalar.ts";
import { semver } from "../../src/values/semver.ts";
import { textMethods } from "../../src/values/texts.ts";
import { typeOf } from "../../src/values/value-type.ts";
import { FreeRun } from "./free-run.ts";
import { ERROR, entriesOf, orderOf, same } from "./values.ts";

type Context = Readonly<Record<string, unknown>>;

/** What the tree is asked in. */
export interface World {
  readonly context: Context;
  readonly segments: Readonly<Record<string, Expression>>;
  readonly matches: (text: string, pattern: string) => unknown;
  readonly nowMs: number;
}

/** The value of an expression, or ERROR. */
export function evaluate(expression: Expression, world: World): unknown {
  return new Walk(world, 0).value(expression, new Map());
}

type Variables = ReadonlyMap<string, unknown>;

const MOST_SEGMENTS = 5;

/** What a function does with operands; those left out are `undefined`. */
function applied(meaning: Meaning | undefined, run: Run, operands: readonly unknown[]): unknown {
  const [first, second, third, fourth] = operands;
  return meaning?.(run, first, second, third, fourth);
}

class Walk {
  readonly #world: World;
  readonly #segmentDepth: number;
  readonly #run = new FreeRun();

  constructor(world: World, segmentDepth: number) {
    this.#world = world;
    this.#segmentDepth = segmentDepth;
    this.#run.begin({ segment: () => undefined, matches: undefined, nowMs: () => world.nowMs });
  }

  value(expression: Expression, variables: Variables): unknown {
    if (expression === null || typeof expression !== "object") return expression;
    const value = fromContext(this.#node(expression, variables));
    return value === undefined || value instanceof Failure ? ERROR : value;
  }

  #node(node: ExpressionNode, variables: Variables): unknown {
    const value = (inner: Expression) => this.value(inner, variables);
    switch (node.kind) {
      case "int":
        return BigInt(node.value);
      case "uint":
        return new Uint(BigInt(node.value));
      case "double":
        return node.value;
      case "bytes":
        return Uint8Array.from([...node.value].map((character) => character.charCodeAt(0)));
      case "type":
        return new TypeValue(node.name);
      case "now":
        return this.#run.now();
      case "list":
        return allOf(node.items.map(value));
      case "map":
        return mapOf(node.entries.map(([key, entry]) => [value(key), value(entry)]));
      case "attribute":
        return attribute(this.#world.context, node.name);
      case "variable":
        return variables.get(node.name);
      case "select":
        return lookUp(value(node.of), node.field);
      case "index":
        return element(value(node.of), value(node.at));
      case "has":
        return this.#has(node.of.kind === "select" ? value(node.of.of) : this.#world.context, node.of);
      case "call":
        if (node.name === "bucket" && typeof node.args[0] !== "string") return ERROR;
        return this.#call(
          node.name,
          node.target && value(node.target),
          node.args.map(value),
          node.target !== undefined,
        );
      case "macro":
        return this.#macro(node, value(node.over), variables);
      case "segment":
        return this.#segment(node.key);
      case "unary":
        return this.#unary(node.op, value(node.of));
      case "binary":
        return this.#binary(node.op, value(node.left), value(node.right));
      case "and":
        return conjunction(node.of.map(value));
      case "or":
        return negation(conjunction(node.of.map(value).map(negation)));
      case "conditional": {
        const test = value(node.test);
        return typeof test === "boolean" ? value(test ? node.whenTrue : node.whenFalse) : ERROR;
      }
    }
  }

  #has(owner: unknown, of: { kind: "select"; field: string } | { kind: "attribute"; name: string }): unknown {
    if (of.kind === "attribute") return attribute(this.#world.context, of.name) !== undefined;
    return typeOf(owner) === "map" ? lookUp(owner, of.field) !== ERROR : ERROR;
  }

  #unary(op: string, value: unknown): unknown {
    return op === "!" ? negation(value) : (negate(this.#run, value) ?? ERROR);
  }

  #binary(op: string, left: unknown, right: unknown): unknown {
    if (left === ERROR || right === ERROR) return ERROR;
    switch (op) {
      case "==":
        return same(left, right);
      case "!=":
        return !same(left, right);
      case "in":
        return isIn(left, right);
      case "<":
      case "<=":
      case ">":
      case ">=": {
        const order = orderOf(left, right);
        if (order === ERROR) return ERROR;
        return (
          (order < 0 && op !== ">" && op !== ">=") ||
          (order > 0 && op.startsWith(">")) ||
          (order === 0 && op.endsWith("="))
        );
      }
      default:
        return (
          applied(arithmetic[op], this.#run, [left, right]) ??
          (op === "+" ? add(this.#run, left, right) : op === "-" ? subtract(this.#run, left, right) : ERROR)
        );
    }
  }

  #call(name: string, target: unknown, args: readonly unknown[], isMethod: boolean): unknown {
    const operands = isMethod ? [target, ...args] : args;
    const [first, second] = operands;
    if (operands.includes(ERROR) || operands.length === 0 || operands.length > 4) return ERROR;
    const most = (count: number) => operands.length <= count;
    if (name === "size" && most(1)) return sizeOf(first);
    if (isMethod) {
      const method = `.${name}`;
      if (Object.hasOwn(accessors, method))
        return most(2) ? applied(accessors[method], this.#run, operands) : ERROR;
      if (name === "matches") return this.#matches(operands);
      const table = { ...textMethods, ...stringMethods };
      if (!Object.hasOwn(table, method) || !most(mostOperands[name] ?? 2)) return ERROR;
      return applied(table[method], this.#run, operands);
    }
    if (name === "cidr") return most(2) ? cidr(this.#run, first, second) : ERROR;
    if (name === "bucket")
      return typeof first === "string" && operands.length === 2 ? bucket(first, second) : ERROR;
    if (!most(1)) return ERROR;
    if (name === "dyn") return first;
    const type = typeOf(first);
    if (name === "type") return type === undefined ? ERROR : new TypeValue(type);
    if (name === "semver") return semver(this.#run, first);
    return Object.hasOwn(conversions, name) ? applied(conversions[name], this.#run, operands) : ERROR;
  }

  #matches(operands: readonly unknown[]): unknown {
    const [text, pattern] = operands;
    if (typeof text !== "string" || typeof pattern !== "string" || operands.length > 2) return ERROR;
    return this.#world.matches(text, pattern);
  }

  #macro({ name, variable, test, body }: Macro, range: unknown, outer: Variables): unknown {
    if (typeOf(range) !== "list" && typeOf(range) !== "map") return ERROR;
    const items = Array.isArray(range)
      ? range.map(fromContext)
      : entriesOf(Object(range)).map(([key]) => key);
    const inside = items.map((item) => {
      const variables = new Map(outer).set(variable, item);
      return { item, value: (inner: Expression) => this.value(inner, variables) };
    });
    switch (name) {
      case "all":
        return conjunction(inside.map(({ value }) => value(body)));
      case "exists":
        return negation(conjunction(inside.map(({ value }) => negation(value(body)))));
      case "exists_one": {
        const verdicts = inside.map(({ value }) => value(body));
        return verdicts.every(isBoolean) ? verdicts.filter(Boolean).length === 1 : ERROR;
      }
      case "filter": {
        const verdicts = inside.map(({ value }) => value(body));
        return verdicts.every(isBoolean) ? allOf(items.filter((_, at) => verdicts[at])) : ERROR;
      }
      case "map": {
        const verdicts = inside.map(({ value }) => (test === undefined ? true : value(test)));
        if (!verdicts.every(isBoolean)) return ERROR;
        return allOf(inside.filter((_, at) => verdicts[at]).map(({ value }) => value(body)));
      }
      default:
        return ERROR;
    }
  }

  #segment(key: string): unknown {
    const { segments } = this.#world;
    const condition = Object.hasOwn(segments, key) ? segments[key] : undefined;
    if (condition === undefined || this.#segmentDepth === MOST_SEGMENTS) return ERROR;
    return new Walk(this.#world, this.#segmentDepth + 1).value(condition, new Map());
  }
}

const mostOperands: Readonly<Record<string, number>> = {
  lowerAscii: 1,
  upperAscii: 1,
  trim: 1,
  indexOf: 3,
  lastIndexOf: 3,
  substring: 3,
  split: 3,
  replace: 4,
};

function attribute(context: Context, name: string): unknown {
  const own = (key: string) => (Object.hasOwn(context, key) ? context[key] : undefined);
  if (name !== "userId" && name !== "targetingKey") return own(name);
  return [own("targetingKey"), own("userId")].find((id) => id !== undefined && id !== null && id !== "");
}

function allOf(values: readonly unknown[]): unknown {
  return values.includes(ERROR) ? ERROR : values;
}

function mapOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  const map = new Map<unknown, unknown>();
  for (const [key, value] of entries) {
    if (key === ERROR || value === ERROR || !isKey(key)) return ERROR;
    if ([...map.keys()].some((other) => same(key, other))) return ERROR;
    map.set(typeof key === "number" ? BigInt(key) : key, value);
  }
  return map;
}

function isKey(key: unknown): boolean {
  return typeof key === "number" ? Number.isInteger(key) : /^(string|bool|int|uint)$/.test(typeOf(key) ?? "");
}

function lookUp(owner: unknown, key: unknown): unknown {
  if (typeOf(owner) !== "map") return ERROR;
  const entry = entriesOf(Object(owner)).find(([name]) => same(name, key));
  return entry ? entry[1] : ERROR;
}

function element(container: unknown, at: unknown): unknown {
  if (container === ERROR || at === ERROR) return ERROR;
  if (!Array.isArray(container)) return lookUp(container, at);
  const index = container.findIndex((_, place) => same(at, BigInt(place)));
  return index < 0 ? ERROR : container[index];
}

function isIn(item: unknown, container: unknown): unknown {
  if (Array.isArray(container)) return container.some((other) => same(item, fromContext(other)));
  return typeOf(container) === "map" ? lookUp(container, item) !== ERROR : ERROR;
}

function sizeOf(value: unknown): unknown {
  if (typeof value === "string") return BigInt(Array.from(value).length);
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  return typeOf(value) === "map" ? BigInt(entriesOf(Object(value)).length) : ERROR;
}

function bucket(salt: string, value: unknown): unknown {
  const text = stickinessText(value instanceof Uint ? value.value : value);
  return text === undefined ? ERROR : bucketOf(salt, "rollout", text) / 1000;
}

/** False wins over errors, wherever it stands. */
function conjunction(values: readonly unknown[]): unknown {
  if (values.includes(false)) return false;
  return values.every((value) => value === true) ? true : ERROR;
}

function negation(value: unknown): unknown {
  return typeof value === "boolean" ? !value : ERROR;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}
