import { expect, test } from "vitest";
import { Random } from "../../test/fuzz/random.ts";
import { randomContext } from "../../test/fuzz/random-context.ts";
import { RandomExpression } from "../../test/fuzz/random-expression.ts";
import { compileExpression } from "../expressions/compile-expression.ts";
import { library } from "../library/library.ts";
import { matches } from "../matches/index.ts";
import { Failure } from "../values/failure.ts";
import { Run } from "../values/run.ts";
import { parseCondition, parseExpression } from "./condition.ts";
import type { Expression } from "./expression.ts";
import { print } from "./printer.ts";
import { signatures } from "./signatures.ts";

/** A value of each type, such that whatever has a meaning for its type has a value for it. */
const SAMPLES = [
  "true",
  "1",
  "1u",
  "1.0",
  "'11'",
  "b'11'",
  "null",
  "['11']",
  "{'x': 1}",
  "type(1)",
  "timestamp('2026-01-01T00:00:00Z')",
  "duration('1s')",
  "semver('1')",
];

const operations = ["<", "<=", ">", ">=", "+", "-", "*", "/", "%"].flatMap((op) =>
  SAMPLES.flatMap((left) => SAMPLES.map((right) => `${left} ${op} ${right}`)),
);
const others = SAMPLES.flatMap((value) => [
  `!${value}`,
  `-${value}`,
  `${value}.all(x, true)`,
  `${value}.x`,
  `1 in ${value}`,
]);
const calls = Object.entries(signatures).flatMap(([name, { operands, optional = 0 }]) => {
  const counts = Array.from({ length: optional + 1 }, (_, left) => operands.length - left);
  return counts.flatMap((count) => argumentLists(count).flatMap((args) => callsOf(name, args)));
});

test("takes the types that evaluation has a meaning for, and no others", () => {
  const disagreements = [...operations, ...others, ...calls].filter(
    (text) => isTaken(text) !== hasValue(text),
  );

  expect(disagreements.filter((text) => !isChosen(text))).toEqual([]);
}, 30_000);

test("calls nothing no condition that is true or false in some context", () => {
  let refused = 0;
  for (let seed = 0; seed < 20_000; seed++) {
    const random = new Random(seed);
    const text = print(oneOfTwo(random, new RandomExpression(random, ["first"])));
    const parsed = parseCondition(text);
    if (parsed.ok || parsed.error.expected !== "a bool") continue;

    refused++;
    const whole = parseExpression(text, { checked: false });
    const contexts = Array.from({ length: 5 }, () => ({
      ...randomContext(random),
      a: true,
      ok: random.oneIn(2),
    }));
    const answers = whole.ok ? contexts.map((context) => answer(whole.expression, context)) : [];
    expect([text, answers.filter((each) => typeof each === "boolean")]).toEqual([text, []]);
  }

  expect(refused).toBeGreaterThan(1_000);
}, 30_000);

const PLAIN: readonly [Expression, ...Expression[]] = [
  { kind: "int", value: "1" },
  "a",
  true,
  null,
  { kind: "attribute", name: "a" },
];

/** What can have the type of either of two parts, or of both. */
function oneOfTwo(random: Random, maker: RandomExpression): Expression {
  const part = (): Expression => (random.oneIn(2) ? random.pick(PLAIN) : maker.make(2, "any"));
  const [one, other] = [part(), part()];
  const test: Expression = { kind: "attribute", name: "ok" };
  const at = random.below(2);
  const index: Expression = { kind: "int", value: `${at}` };
  const list = (items: readonly Expression[]): Expression => ({ kind: "list", items });
  const map = (value: Expression, key: string): Expression => ({
    kind: "map",
    entries: [
      [key, value],
      ["x", "a"],
    ],
  });
  switch (random.below(7)) {
    case 0:
      return { kind: "conditional", test, whenTrue: one, whenFalse: other };
    case 1:
      return { kind: "index", of: list([one, other]), at: index };
    case 2:
      return {
        kind: "index",
        of: { kind: "binary", op: "+", left: list([one]), right: list([other]) },
        at: index,
      };
    case 3:
      return { kind: "select", of: map(one, "y"), field: random.pick(["x", "y"]) };
    case 4: {
      const either = {
        kind: "conditional",
        test,
        whenTrue: map(one, "y"),
        whenFalse: map(other, "y"),
      } as const;
      return { kind: "index", of: either, at: "y" };
    }
    case 5: {
      const mapped = { kind: "macro", name: "map", over: list([one, other]), variable: "v" } as const;
      return { kind: "index", of: { ...mapped, body: { kind: "variable", name: "v" } }, at: index };
    }
    default:
      return { kind: "binary", op: random.pick(["+", "-", "*"]), left: one, right: other };
  }
}

/** Where the checker is stricter: `1.0 % 1` is a slip, and so is looking for an int among texts. */
function isChosen(text: string): boolean {
  return (text.includes(" % ") && text.includes("1.0")) || /^1 in [[{]/.test(text);
}

function isTaken(text: string): boolean {
  return parseExpression(text).ok;
}

function hasValue(text: string): boolean {
  const parsed = parseExpression(text, { checked: false });
  return parsed.ok && !(answer(parsed.expression, {}) instanceof Failure);
}

function answer(expression: Expression, context: Readonly<Record<string, unknown>>): unknown {
  const run = new Run();
  run.begin({ library, segment: () => undefined, matches, nowMs: () => 0 });
  return compileExpression(expression)(context, run);
}

/** All mixtures of types for the first two operands, numbers and a text for the others. */
function argumentLists(count: number): readonly (readonly string[])[] {
  if (count === 0) return [[]];
  const last = count > 2 ? ["1", "1u", "1.0", "'11'", "null"] : SAMPLES;
  return argumentLists(count - 1).flatMap((args) => last.map((arg) => [...args, arg]));
}

function callsOf(name: string, args: readonly string[]): readonly string[] {
  const [target, ...others] = args;
  return [`${name}(${args.join(", ")})`, `${target}.${name}(${others.join(", ")})`];
}
