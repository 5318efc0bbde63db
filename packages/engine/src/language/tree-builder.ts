import { WRITE_LIMITS } from "../limits.ts";
import { checkCount, NodeCounter, tooMany } from "./bounds.ts";
import { checkCall } from "./check-call.ts";
import { checkBinary, checkBool, checkBranches, checkUnary } from "./check-operator.ts";
import type { Declarations } from "./declarations.ts";
import type { BinaryOperator, Expression, ExpressionNode, MacroName, UnaryOperator } from "./expression.ts";
import { isTypeCall, typeNamed } from "./names.ts";
import type { Operand } from "./operand.ts";
import { unexpected } from "./refusal.ts";
import {
  areAlike,
  canBe,
  commonType,
  type Known,
  nameOf,
  oneOf,
  type StaticType,
  typesOf,
} from "./static-type.ts";
import type { Variable } from "./variable.ts";

/** Makes the nodes of one condition, checks their types, and counts them against the bounds. Its methods throw {@link Refusal}s. */
export class TreeBuilder {
  readonly #declarations: Declarations | undefined;
  readonly #nodes = new NodeCounter();
  /** The items of lists, as `type(x) in [int, string]` makes types of names. */
  readonly #itemsOf = new WeakMap<object, readonly Operand[]>();

  /** Without declarations types are not looked at: what is ill-typed fails when it is evaluated. */
  constructor(declarations: Declarations | undefined) {
    this.#declarations = declarations;
  }

  literal(expression: Expression, type: StaticType, start: number): Operand {
    return { expression, ...this.#checked({ type }), depth: 1, start };
  }

  /** A declared timestamp is text in a context: it comes wrapped into `timestamp(…)`. */
  attribute(name: string, start: number, isRooted: boolean): Operand {
    const type = this.#declarations?.attribute(name, start) ?? "dyn";
    const attribute = { ...this.#node({ kind: "attribute", name }, { type }, start, []), isRooted };
    if (type !== "timestamp") return attribute;
    const bare: Operand = { ...attribute, type: "string" };
    return { ...this.call("timestamp", undefined, [bare], start), bare, isRooted };
  }

  variable({ name, ...known }: Variable, start: number): Operand {
    return this.#node({ kind: "variable", name }, known, start, []);
  }

  now(start: number): Operand {
    return this.#node({ kind: "now" }, { type: "timestamp" }, start, []);
  }

  segment(key: string, start: number): Operand {
    this.#declarations?.checkSegment(key, start);
    return this.#node({ kind: "segment", key }, BOOL, start, []);
  }

  list(items: readonly Operand[], start: number): Operand {
    checkCount(items, "items of one list");
    const node = { kind: "list", items: items.map(({ expression }) => expression) } as const;
    this.#itemsOf.set(node, items);
    return { ...this.#node(node, { type: "list" }, start, items), items: typesOf(items) };
  }

  map(entries: readonly (readonly [Operand, Operand])[], start: number): Operand {
    const keys = entries.map(([key]) => key);
    checkCount(keys, "entries of one map");
    for (const key of keys) {
      if (canBe(key.type, "string", "int", "uint", "bool")) continue;
      throw unexpected(key.start, nameOf(key.type), "a string, an int, a uint or a bool as key");
    }
    const pairs = entries.map(([key, value]) => [key.expression, value.expression] as const);
    const map = this.#node({ kind: "map", entries: pairs }, { type: "map" }, start, entries.flat());
    return { ...map, items: typesOf(keys), values: typesOf(entries.map(([, value]) => value)) };
  }

  select(of: Operand, field: string, at: number): Operand {
    if (!canBe(of.type, "map")) throw unexpected(at, `a field of ${nameOf(of.type)}`, "a map before '.'");
    const value = oneOf(of.values ?? []);
    const selection = this.#node({ kind: "select", of: of.expression, field }, value, of.start, [of]);
    return { ...selection, isRooted: of.isRooted ?? false };
  }

  index(of: Operand, at: Operand): Operand {
    if (!canBe(of.type, "list", "map"))
      throw unexpected(of.start, nameOf(of.type), "a list or a map before '['");
    if (of.type === "list" && !canBe(at.type, "int", "uint", "double")) {
      throw unexpected(at.start, nameOf(at.type), "an int as index of a list");
    }
    if (of.type === "map") checkKey(at, commonType(of.items ?? []));
    const value = oneOf((of.type === "list" ? of.items : of.values) ?? []);
    return this.#node({ kind: "index", of: of.expression, at: at.expression }, value, of.start, [of, at]);
  }

  has(of: Operand, start: number): Operand {
    const { expression } = of.bare ?? of;
    if (expression !== null && typeof expression === "object") {
      if (expression.kind === "select" || expression.kind === "attribute") {
        return this.#node({ kind: "has", of: expression }, BOOL, start, [of.bare ?? of]);
      }
    }
    throw unexpected(of.start, "something else", "a field or an attribute in has(…), as in has(user.plan)");
  }

  call(name: string, target: Operand | undefined, given: readonly Operand[], at: number): Operand {
    const args = target ? given : given.map((arg) => this.#argument(name, arg, given.length));
    const signature = this.#declarations && checkCall(name, target, args, at, this.#declarations);
    const call = { kind: "call", name, args: args.map(({ expression }) => expression) } as const;
    const node = target ? ({ ...call, target: target.expression } as const) : call;
    const parts = target ? [target, ...args] : args;
    const operand = this.#node(node, { type: signature?.result ?? "dyn" }, target?.start ?? at, parts);
    return signature?.items ? { ...operand, items: signature.items } : operand;
  }

  /** `map` gives what its body does; `filter` keeps items, or keys, as they are. */
  macro(name: MacroName, over: Operand, variable: string, test: Operand | undefined, body: Operand): Operand {
    if (!canBe(over.type, "list", "map")) {
      throw unexpected(over.start, nameOf(over.type), `a list or a map before '.${name}'`);
    }
    const where = `in '${name}'`;
    if (test) this.#check(() => checkBool(test, where));
    if (name !== "map") this.#check(() => checkBool(body, where));
    const node = { kind: "macro", name, over: over.expression, variable, body: body.expression } as const;
    const parts = test ? [over, test, body] : [over, body];
    const isList = name === "map" || name === "filter";
    const whole = test ? ({ ...node, test: test.expression } as const) : node;
    const operand = this.#node(whole, isList ? { type: "list" } : BOOL, over.start, parts);
    if (name === "map") return { ...operand, items: typesOf([body]) };
    return name === "filter" && over.items ? { ...operand, items: over.items } : operand;
  }

  unary(op: UnaryOperator, of: Operand, start: number): Operand {
    const type = this.#check(() => checkUnary(op, of));
    return this.#node({ kind: "unary", op, of: of.expression }, type, start, [of]);
  }

  binary(op: BinaryOperator, first: Operand, second: Operand, at: number): Operand {
    const isEquality = op === "==" || op === "!=";
    const left = isEquality && isTypeCall(second.expression) ? this.#typeOr(first) : first;
    const right = isTypeCall(first.expression) ? this.#rightOfType(op, second) : second;
    const type = this.#check(() => checkBinary(op, left, right, at));
    const node = { kind: "binary", op, left: left.expression, right: right.expression } as const;
    const operand = this.#node(node, type, left.start, [left, right]);
    return op === "+" ? { ...operand, ...partsOfBoth(left, right) } : operand;
  }

  /** Operands of the same kind are taken in: `(a && b) && c` is `a && b && c`. */
  logic(kind: "and" | "or", operands: readonly Operand[]): Operand {
    const start = operands[0]?.start ?? 0;
    const where = kind === "and" ? "beside '&&'" : "beside '||'";
    for (const operand of operands) this.#check(() => checkBool(operand, where));
    const of = operands.flatMap(({ expression }) =>
      isLogic(expression, kind) ? expression.of : [expression],
    );
    if (of.length > WRITE_LIMITS.listItems) throw tooMany("operands of one '&&' or '||'", of.length, start);
    return this.#node({ kind, of }, BOOL, start, operands);
  }

  conditional(test: Operand, whenTrue: Operand, whenFalse: Operand): Operand {
    this.#check(() => checkBool(test, "before '?'"));
    const type = this.#check(() => checkBranches(whenTrue, whenFalse));
    const node = {
      kind: "conditional",
      test: test.expression,
      whenTrue: whenTrue.expression,
      whenFalse: whenFalse.expression,
    } as const;
    const operand = this.#node(node, type, test.start, [test, whenTrue, whenFalse]);
    return { ...operand, ...partsOfBoth(whenTrue, whenFalse) };
  }

  /** `type(int)` asks for a type's type, and a timestamp is not wrapped twice. */
  #argument(name: string, arg: Operand, count: number): Operand {
    if (name === "type" && count === 1) return this.#typeOr(arg);
    return name === "timestamp" ? (arg.bare ?? arg) : arg;
  }

  #rightOfType(op: BinaryOperator, right: Operand): Operand {
    if (op === "==" || op === "!=") return this.#typeOr(right);
    const { expression } = right;
    const items = expression !== null && typeof expression === "object" && this.#itemsOf.get(expression);
    if (op !== "in" || !items) return right;
    const types = items.map((item) => this.#typeOr(item));
    const list = { kind: "list", items: types.map((type) => type.expression) } as const;
    return { ...right, expression: list, items: typesOf(types) };
  }

  /** The type that a name of one means where a type may stand; anything else stays what it is. */
  #typeOr(operand: Operand): Operand {
    const { expression } = operand.bare ?? operand;
    const name = operand.isRooted ? undefined : typeNamed(expression);
    if (name === undefined) return operand;
    this.#declarations?.forget(operand.start);
    return this.literal({ kind: "type", name }, "type", operand.start);
  }

  #check(check: () => Known): Known {
    return this.#declarations ? check() : DYN;
  }

  #checked(known: Known): Known {
    return this.#declarations ? known : DYN;
  }

  #node(expression: ExpressionNode, known: Known, start: number, parts: readonly Operand[]): Operand {
    return { expression, ...this.#checked(known), depth: this.#nodes.add(start, parts), start };
  }
}

const BOOL: Known = { type: "bool" };
const DYN: Known = { type: "dyn" };

/** @throws {Refusal} where a map with such keys surely has no entry */
function checkKey({ type, start }: Operand, keys: StaticType): void {
  if (!canBe(type, "string", "int", "uint", "double", "bool"))
    throw unexpected(start, nameOf(type), "a string, an int, a uint or a bool as key");
  if (!areAlike(type, keys))
    throw unexpected(start, nameOf(type), `${nameOf(keys)}, as the keys of this map`);
}

/** What is known of the parts of a list or a map that is one of two, or is made of both. */
function partsOfBoth(one: Operand, other: Operand): Pick<Operand, "items" | "values"> {
  if (one.type !== other.type) return {};
  return {
    ...(one.items && other.items && { items: [...new Set([...one.items, ...other.items])] }),
    ...(one.values && other.values && { values: [...new Set([...one.values, ...other.values])] }),
  };
}

function isLogic(
  expression: Expression,
  kind: "and" | "or",
): expression is Extract<Expression, { kind: "and" | "or" }> {
  return expression !== null && typeof expression === "object" && expression.kind === kind;
}
