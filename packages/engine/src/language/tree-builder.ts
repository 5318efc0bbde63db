import { WRITE_LIMITS } from "../limits.ts";
import { checkCall } from "./check-call.ts";
import { checkBinary, checkBool, checkUnary } from "./check-operator.ts";
import type { BinaryOperator, Expression, ExpressionNode, UnaryOperator } from "./expression.ts";
import { canBe, nameOf, type Operand, type StaticType } from "./operand.ts";
import { Refusal, unexpected } from "./refusal.ts";

/** Makes the nodes of one condition, checks their types, and counts them against the bounds. Its methods throw {@link Refusal}s. */
export class TreeBuilder {
  readonly #checked: boolean;
  #nodes = 0;

  /** Unchecked, types are not looked at: what is ill-typed fails when it is evaluated. */
  constructor(checked: boolean) {
    this.#checked = checked;
  }

  literal(expression: Expression, type: StaticType, start: number): Operand {
    return { expression, type, depth: 1, start };
  }

  attribute(name: string, start: number): Operand {
    return this.#node({ kind: "attribute", name }, "dyn", start, []);
  }

  list(items: readonly Operand[], start: number): Operand {
    checkCount(items, "items of one list");
    return this.#node(
      { kind: "list", items: items.map(({ expression }) => expression) },
      "list",
      start,
      items,
    );
  }

  map(entries: readonly (readonly [Operand, Operand])[], start: number): Operand {
    checkCount(
      entries.map(([key]) => key),
      "entries of one map",
    );
    for (const [key] of entries) {
      if (!this.#checked || canBe(key.type, "string", "int", "bool")) continue;
      throw unexpected(key.start, nameOf(key.type), "a string, an int or a bool as key");
    }
    const pairs = entries.map(([key, value]) => [key.expression, value.expression] as const);
    return this.#node({ kind: "map", entries: pairs }, "map", start, entries.flat());
  }

  select(of: Operand, field: string, at: number): Operand {
    if (this.#checked && !canBe(of.type, "map")) {
      throw unexpected(at, `a field of ${nameOf(of.type)}`, "a map before '.'");
    }
    return this.#node({ kind: "select", of: of.expression, field }, "dyn", of.start, [of]);
  }

  index(of: Operand, at: Operand): Operand {
    if (this.#checked && !canBe(of.type, "list", "map")) {
      throw unexpected(of.start, nameOf(of.type), "a list or a map before '['");
    }
    if (this.#checked && of.type === "list" && !canBe(at.type, "int", "double")) {
      throw unexpected(at.start, nameOf(at.type), "an int as index of a list");
    }
    return this.#node({ kind: "index", of: of.expression, at: at.expression }, "dyn", of.start, [of, at]);
  }

  has(of: Operand, start: number): Operand {
    const { expression } = of;
    if (expression !== null && typeof expression === "object") {
      if (expression.kind === "select" || expression.kind === "attribute") {
        return this.#node({ kind: "has", of: expression }, "bool", start, [of]);
      }
    }
    throw unexpected(of.start, "something else", "a field or an attribute in has(…), as in has(user.plan)");
  }

  call(name: string, target: Operand | undefined, args: readonly Operand[], at: number): Operand {
    const type = this.#type(() => checkCall(name, target, args, at));
    const expressions = args.map(({ expression }) => expression);
    if (!target) return this.#node({ kind: "call", name, args: expressions }, type, at, args);
    const node = { kind: "call", name, target: target.expression, args: expressions } as const;
    return this.#node(node, type, target.start, [target, ...args]);
  }

  unary(op: UnaryOperator, of: Operand, start: number): Operand {
    const type = this.#type(() => checkUnary(op, of));
    return this.#node({ kind: "unary", op, of: of.expression }, type, start, [of]);
  }

  binary(op: BinaryOperator, left: Operand, right: Operand, at: number): Operand {
    const type = this.#type(() => checkBinary(op, left, right, at));
    const node = { kind: "binary", op, left: left.expression, right: right.expression } as const;
    return this.#node(node, type, left.start, [left, right]);
  }

  /** Operands of the same kind are taken in: `(a && b) && c` is `a && b && c`. */
  logic(kind: "and" | "or", operands: readonly Operand[]): Operand {
    const start = operands[0]?.start ?? 0;
    const where = kind === "and" ? "beside '&&'" : "beside '||'";
    for (const operand of operands) this.#type(() => checkBool(operand, where));
    const of = operands.flatMap(({ expression }) =>
      isLogic(expression, kind) ? expression.of : [expression],
    );
    if (of.length > WRITE_LIMITS.listItems) throw tooMany("operands of one '&&' or '||'", of.length, start);
    return this.#node({ kind, of }, "bool", start, operands);
  }

  conditional(test: Operand, whenTrue: Operand, whenFalse: Operand): Operand {
    this.#type(() => checkBool(test, "before '?'"));
    const node = {
      kind: "conditional",
      test: test.expression,
      whenTrue: whenTrue.expression,
      whenFalse: whenFalse.expression,
    } as const;
    const type = whenTrue.type === whenFalse.type ? whenTrue.type : "dyn";
    return this.#node(node, type, test.start, [test, whenTrue, whenFalse]);
  }

  #type(check: () => StaticType): StaticType {
    return this.#checked ? check() : "dyn";
  }

  #node(expression: ExpressionNode, type: StaticType, start: number, parts: readonly Operand[]): Operand {
    this.#nodes++;
    if (this.#nodes > WRITE_LIMITS.conditionNodes) {
      throw new Refusal(start, `A condition has at most ${WRITE_LIMITS.conditionNodes} parts.`);
    }
    const depth = 1 + parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0);
    if (depth > WRITE_LIMITS.conditionDepth) throw tooDeep(start);
    return { expression, type: this.#checked ? type : "dyn", depth, start };
  }
}

export function tooDeep(start: number): Refusal {
  return new Refusal(start, `A condition is nested at most ${WRITE_LIMITS.conditionDepth} deep.`);
}

/** @throws {Refusal} at the first that is too many */
function checkCount(parts: readonly Operand[], what: string): void {
  const excess = parts[WRITE_LIMITS.listItems];
  if (excess) throw tooMany(what, parts.length, excess.start);
}

function tooMany(what: string, found: number, start: number): Refusal {
  const most = `at most ${WRITE_LIMITS.listItems} ${what}`;
  return new Refusal(start, `There are more than ${WRITE_LIMITS.listItems} ${what}.`, `${found}`, most);
}

function isLogic(
  expression: Expression,
  kind: "and" | "or",
): expression is Extract<Expression, { kind: "and" | "or" }> {
  return expression !== null && typeof expression === "object" && expression.kind === kind;
}
