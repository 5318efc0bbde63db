import type { BinaryOperator, Expression, MacroName, TypeName } from "../../src/language/expression.ts";
import type { Random } from "./random.ts";
import { ATTRIBUTES, TEXTS } from "./random-context.ts";

type Wanted = "bool" | "number" | "int" | "text" | "list" | "map" | "time" | "any";

const WANTED = ["bool", "number", "int", "text", "list", "map", "time", "any"] as const;
const TYPES: readonly [TypeName, ...TypeName[]] = [
  "int",
  "string",
  "list",
  "type",
  "google.protobuf.Timestamp",
];
const ORDERINGS: readonly [BinaryOperator, ...BinaryOperator[]] = ["==", "!=", "<", "<=", ">", ">="];
const ARITHMETIC: readonly [BinaryOperator, ...BinaryOperator[]] = ["+", "-", "*", "/", "%"];
const ACCESSORS = [
  "getFullYear",
  "getMonth",
  "getDayOfYear",
  "getDayOfMonth",
  "getDate",
  "getDayOfWeek",
] as const;
const CLOCK = ["getHours", "getMinutes", "getSeconds", "getMilliseconds"] as const;
const INTS = ["0", "1", "2", "3", "-1", "42", "9223372036854775807", "-9223372036854775808"] as const;

/** Makes trees that mean something more often than not, so that evaluation goes deep before it fails. */
export class RandomExpression {
  readonly #random: Random;
  readonly #segments: readonly [string, ...string[]];

  constructor(random: Random, segments: readonly [string, ...string[]]) {
    this.#random = random;
    this.#segments = segments;
  }

  make(depth: number, wanted: Wanted = "bool", variables: readonly string[] = []): Expression {
    const random = this.#random;
    const kind = random.oneIn(12) ? random.pick(WANTED) : wanted;
    if (depth === 0 || random.oneIn(7)) return this.#leaf(kind, variables);
    if (random.oneIn(16)) return this.#anywhere(depth - 1, kind, variables);
    const part = (inner: Wanted) => this.make(depth - 1, inner, variables);
    switch (kind) {
      case "bool":
        return this.#bool(part, depth, variables);
      case "number":
      case "int":
        return this.#number(part);
      case "text":
        return this.#text(part);
      case "list":
        return this.#list(part, depth, variables);
      case "map":
        return { kind: "map", entries: random.list(3, () => [part("any"), part("any")]) };
      case "time":
        return this.#time(part);
      case "any":
        return this.make(depth, random.pick(WANTED), variables);
    }
  }

  #bool(part: (wanted: Wanted) => Expression, depth: number, variables: readonly string[]): Expression {
    const random = this.#random;
    const same = random.pick(WANTED);
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
        return { kind: "binary", op: random.pick(ORDERINGS), left: part(same), right: part(same) };
      case 3:
        return { kind: "binary", op: "in", left: part(same), right: part(random.oneIn(3) ? "map" : "list") };
      case 4:
      case 5:
        return {
          kind: random.oneIn(2) ? "and" : "or",
          of: [part("bool"), part("bool"), ...random.list(2, () => part("bool"))],
        };
      case 6:
        return { kind: "unary", op: "!", of: part("bool") };
      case 7:
        return method(random.pick(["startsWith", "endsWith", "contains", "matches"]), part("text"), [
          part("text"),
        ]);
      case 8:
        return this.#macro(random.pick(["all", "exists", "exists_one"]), part, depth, variables);
      case 9:
        return random.oneIn(2)
          ? { kind: "segment", key: random.pick(this.#segments) }
          : call("cidr", [part("text"), part("text")]);
      case 10:
        return {
          kind: "has",
          of: random.oneIn(2)
            ? { kind: "attribute", name: random.pick(ATTRIBUTES) }
            : { kind: "select", of: part("map"), field: random.pick(["plan", "a", "constructor"]) },
        };
      default:
        return this.#usual();
    }
  }

  /** The shapes that have shortcuts. */
  #usual(): Expression {
    const random = this.#random;
    const attribute: Expression = { kind: "attribute", name: random.pick(ATTRIBUTES) };
    const op = random.pick(ORDERINGS);
    const scalars = random.list(4, () => this.#constant(random.pick(["text", "number", "int", "bool"])));
    switch (random.below(3)) {
      case 0:
        return { kind: "binary", op, left: attribute, right: scalars[0] ?? null };
      case 1:
        return { kind: "binary", op: "in", left: attribute, right: { kind: "list", items: scalars } };
      default:
        return {
          kind: "binary",
          op,
          left: call("semver", [attribute]),
          right: call("semver", [random.pick(["1.2.3", "1.2", "2.0.0-rc.2", "1.10.0+b", "10", "x"])]),
        };
    }
  }

  #number(part: (wanted: Wanted) => Expression): Expression {
    const random = this.#random;
    switch (random.below(9)) {
      case 0:
      case 1:
        return { kind: "binary", op: random.pick(ARITHMETIC), left: part("number"), right: part("number") };
      case 2:
        return { kind: "unary", op: "-", of: part("number") };
      case 3:
        return call(random.pick(["int", "uint", "double"]), [part("any")]);
      case 4:
        return random.oneIn(2) ? call("size", [part("any")]) : method("size", part("list"), []);
      case 5:
        return method(random.pick(["indexOf", "lastIndexOf"]), part("text"), [
          part("text"),
          ...random.list(2, () => part("int")),
        ]);
      case 6:
        return method(random.oneIn(2) ? random.pick(ACCESSORS) : random.pick(CLOCK), part("time"), [
          ...random.list(2, () => part("text")),
        ]);
      case 7:
        return call("bucket", [random.oneIn(9) ? part("text") : "salt", part("any")]);
      default:
        return { kind: "index", of: part("list"), at: part("int") };
    }
  }

  #text(part: (wanted: Wanted) => Expression): Expression {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
        return { kind: "binary", op: "+", left: part("text"), right: part("text") };
      case 1:
        return call(random.pick(["string", "bytes"]), [part("any")]);
      case 2:
        return method(random.pick(["lowerAscii", "upperAscii", "trim"]), part("text"), []);
      case 3:
        return method("substring", part("text"), [part("int"), ...random.list(2, () => part("int"))]);
      case 4:
        return method("charAt", part("text"), [part("int")]);
      case 5:
        return method("replace", part("text"), [
          part("text"),
          part("text"),
          ...random.list(2, () => part("int")),
        ]);
      case 6:
        return method(
          "join",
          part("list"),
          random.list(2, () => part("text")),
        );
      default:
        return { kind: "select", of: part("map"), field: random.pick(["plan", "tags", "a", "constructor"]) };
    }
  }

  #list(part: (wanted: Wanted) => Expression, depth: number, variables: readonly string[]): Expression {
    const random = this.#random;
    switch (random.below(5)) {
      case 0:
        return { kind: "binary", op: "+", left: part("list"), right: part("list") };
      case 1:
        return this.#macro(random.pick(["map", "filter"]), part, depth, variables);
      case 2:
        return method("split", part("text"), [part("text"), ...random.list(2, () => part("int"))]);
      default: {
        const items = random.pick(WANTED);
        return { kind: "list", items: random.list(4, () => part(items)) };
      }
    }
  }

  #time(part: (wanted: Wanted) => Expression): Expression {
    const random = this.#random;
    if (random.oneIn(3)) {
      return { kind: "binary", op: random.pick(["+", "-"]), left: part("time"), right: part("time") };
    }
    const name = random.pick(["timestamp", "duration", "semver"]);
    return call(name, [random.oneIn(3) ? part("any") : random.pick(TEXTS)]);
  }

  #macro(
    name: MacroName,
    part: (wanted: Wanted) => Expression,
    depth: number,
    variables: readonly string[],
  ): Expression {
    const random = this.#random;
    const variable = random.pick(["x", "y", "region"]);
    const inner = [...variables, variable];
    const body = this.make(depth - 1, name === "map" ? "any" : "bool", inner);
    return {
      kind: "macro",
      name,
      over: part(random.oneIn(4) ? "map" : "list"),
      variable,
      ...(name === "map" && random.oneIn(2) ? { test: this.make(depth - 1, "bool", inner) } : {}),
      body,
    };
  }

  #anywhere(depth: number, wanted: Wanted, variables: readonly string[]): Expression {
    const random = this.#random;
    const part = (inner: Wanted) => this.make(depth, inner, variables);
    switch (random.below(6)) {
      case 0:
        return { kind: "conditional", test: part("bool"), whenTrue: part(wanted), whenFalse: part(wanted) };
      case 1:
        return call("dyn", [part(wanted)]);
      case 2:
        return {
          kind: "binary",
          op: "==",
          left: call("type", [part("any")]),
          right: { kind: "type", name: random.pick(TYPES) },
        };
      case 3:
        return { kind: "index", of: part("map"), at: part("any") };
      case 4:
        return call(
          random.pick(["unheard", "constructor", "size"]),
          random.list(4, () => part("any")),
        );
      default:
        return call("bool", [part("text")]);
    }
  }

  #leaf(wanted: Wanted, variables: readonly string[]): Expression {
    const random = this.#random;
    const [variable, ...others] = variables;
    if (variable !== undefined && random.oneIn(2)) {
      return { kind: "variable", name: random.pick([variable, ...others]) };
    }
    if (random.oneIn(2)) return { kind: "attribute", name: attributeFor(random, wanted) };
    return this.#constant(wanted);
  }

  #constant(wanted: Wanted): Expression {
    const random = this.#random;
    switch (wanted) {
      case "bool":
        return random.oneIn(2);
      case "int":
        return { kind: "int", value: random.pick(INTS) };
      case "number":
        if (random.oneIn(2)) return { kind: "double", value: random.pick([0, 1, 2.5, 18, 1e300, 2 ** 63]) };
        return random.oneIn(2)
          ? { kind: "uint", value: random.pick(["0", "1", "42", "18446744073709551615"]) }
          : { kind: "int", value: random.pick(INTS) };
      case "text":
        return random.oneIn(6)
          ? { kind: "bytes", value: random.pick(["", "a", "\xff", "\xc3\xa9"]) }
          : random.pick(TEXTS);
      case "list":
        return {
          kind: "list",
          items: random.list(4, () => this.#constant(random.pick(["text", "int", "number"]))),
        };
      case "map":
        return {
          kind: "map",
          entries: random.list(3, () => [this.#constant(random.pick(["text", "int"])), random.pick(TEXTS)]),
        };
      case "time":
        return { kind: "now" };
      case "any":
        return random.oneIn(2) ? null : { kind: "type", name: random.pick(TYPES) };
    }
  }
}

function attributeFor(random: Random, wanted: Wanted): string {
  switch (wanted) {
    case "bool":
      return "ok";
    case "number":
    case "int":
      return random.pick(["age", "score"]);
    case "list":
      return random.pick(["tags", "ids"]);
    case "map":
      return random.pick(["user", "odd"]);
    case "time":
      return "seen";
    default:
      return random.pick(ATTRIBUTES);
  }
}

function call(name: string, args: readonly Expression[]): Expression {
  return { kind: "call", name, args };
}

function method(name: string, target: Expression, args: readonly Expression[]): Expression {
  return { kind: "call", name, target, args };
}
