import fc from "fast-check";
import { expect, test } from "vitest";
import { condition } from "../../test/rulesets.ts";
import { wholeRun } from "../../test/whole-run.ts";
import type { Expression, MacroName } from "../language/expression.ts";
import { parseExpression } from "../language/index.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { compileExpression } from "./compile-expression.ts";

const LONGEST = 8_192;
const long = "a".repeat(LONGEST);
const ids = Array.from({ length: 1_000 }, (_, at) => `id${at}`);
const ONE: Expression = { kind: "int", value: "1" };
const byId = Object.fromEntries(ids.map((id) => [id, 1]));

test.each([
  ["region == 'IN' && region != short && short < 'b' && short.contains('a')", 0],
  ["semver(version) >= semver('1.2.3') && userId in ['a', 'b']", 0],
  ["short + short == 'abab' && short.endsWith('b')", 0],
  ["semver(rc) >= semver('1.2.3')", 6 + 10],
  ["long == same", LONGEST],
  ["long == long + 'b'", LONGEST + 1],
  ["long <= same", LONGEST],
  ["long.startsWith('aa') && long.endsWith('aa')", 0],
  ["long.startsWith(same)", LONGEST],
  ["long.contains('b')", LONGEST],
  ["long.contains(part)", 3 * LONGEST],
  ["short.contains(long)", 0],
  ["size(long) > 0", 8 + LONGEST],
  ["long in ['a']", LONGEST],
  ["long in byId", LONGEST],
  [`long == '${long}'`, LONGEST],
  ["'x' in ids", 1_000],
  ["ids == same_ids", 1_000],
  ["byId == same_by_id", 3_002],
  ["size(byId) > 0", 8 + 1_001],
  ["ids + ids == []", 2_000],
  ["[short, short] == ['ab', 'ab']", 4],
  ["{'a': short} == {}", 4],
])("charges %s with %i units", (text, units) => {
  const run = wholeRun();
  const context = {
    ...{ region: "NO", short: "ab", version: "1.2", rc: "1.2.3-rc.1", userId: "u" },
    ...{
      long,
      same: `${long.slice(1)}a`,
      part: long.slice(0, 40),
      ids,
      same_ids: [...ids],
      byId,
      same_by_id: { ...byId },
    },
  };

  compileExpression(condition(text))(context, run);

  expect(EVALUATION_LIMITS.units - run.left).toBe(units);
});

const attribute = (name: string): Expression => ({ kind: "attribute", name });
const variable: Expression = { kind: "variable", name: "x" };
const call = (name: string, ...args: Expression[]): Expression => ({ kind: "call", name, args });
const method = (name: string, target: Expression, ...args: Expression[]): Expression => ({
  kind: "call",
  name,
  target,
  args,
});
const macro = (name: MacroName, over: Expression, body: Expression, test?: Expression): Expression => ({
  kind: "macro",
  name,
  over,
  variable: "x",
  ...(test !== undefined && { test }),
  body,
});

test.each<[string, Expression, number]>([
  ["a macro by item and by node of its body", macro("filter", attribute("ids"), true), 1_000],
  [
    "a macro's test and body",
    macro("map", attribute("ids"), variable, { kind: "binary", op: "==", left: variable, right: "a" }),
    4_000,
  ],
  ["a macro over a map its keys too", macro("all", attribute("byId"), true), 2_001],
  ["a macro that is settled what it walked", macro("exists", attribute("ids"), true), 1],
  [
    "a macro in a macro",
    macro(
      "all",
      { kind: "list", items: ["a", "b"] },
      macro("exists_one", { kind: "list", items: ["c"] }, true),
    ),
    2 * (1 + 3 + 1),
  ],
  ["a search by the part's length", method("indexOf", attribute("long"), "b".repeat(32)), 24 + 4 * LONGEST],
  ["split and replace by what they search", method("split", attribute("long"), ","), 5 + LONGEST],
  ["replace by what it makes too", method("replace", attribute("long"), "b", "cc"), 8 + 2 * LONGEST],
  [
    "substring and case by the text",
    method("upperAscii", method("substring", attribute("long"), ONE)),
    10 + 22 + 2 * LONGEST - 1,
  ],
  ["join by items and text", method("join", attribute("ids")), 2 + 1_000 + 4_890],
  ["bytes by their length", call("size", call("bytes", attribute("long"))), 8 + 14 + LONGEST],
  ["a time zone by name", method("getHours", { kind: "now" }, "Asia/Kathmandu"), 6 + 250],
  ["an offset no more than none", method("getHours", { kind: "now" }, "+05:45"), 6],
  ["cidr a fixed price", call("cidr", attribute("short"), "10.0.0.0/8"), 50],
  ["a constant nothing", call("timestamp", "2024-01-01T00:00:00Z"), 0],
  ["a bucket the text", call("bucket", "salt", attribute("long")), 7 + LONGEST],
])("charges %s", (_what, expression, units) => {
  const run = wholeRun();

  compileExpression(expression)({ long, ids, byId, short: "ab" }, run);

  expect(EVALUATION_LIMITS.units - run.left).toBe(units);
});

test("ends a macro in a macro in a macro by its budget", () => {
  const nested = [1, 2, 3, 4].reduce<Expression>((body) => macro("all", attribute("ids"), body), true);
  const started = performance.now();

  const answer = compileExpression(nested)({ ids }, wholeRun());

  expect(answer).toBeInstanceOf(Failure);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("makes no text beyond the bound", () => {
  const make = (times: number) =>
    compileExpression(tree(Array(times).fill("s").join(" + ")))({ s: long }, wholeRun());

  expect(make(4)).toBe(long.repeat(4));
  expect(make(9)).toBeInstanceOf(Failure);
});

test("fails what is charged once the budget is exceeded, and goes on with what is free", () => {
  const run = wholeRun();
  const charged = compileExpression(tree("s == t"));
  const context = { s: long, t: long, n: 1 };

  const answers = Array.from({ length: 14 }, () => charged(context, run));

  expect(answers.slice(0, 12)).toEqual(Array(12).fill(true));
  expect(answers.slice(12)).toEqual([expect.any(Failure), expect.any(Failure)]);
  expect(compileExpression(tree("n == 1 && 's' == 's'"))(context, run)).toBe(true);
  run.begin(run.surroundings);
  expect(charged(context, run)).toBe(true);
});

const part = fc.constantFrom("l", "k", "m", "n", "s", "t", "[l, m]", "(l + k)", "(s + t)", "{'a': m}", "'x'");
const comparison = fc.oneof(
  fc.tuple(part, fc.constantFrom("==", "!=", "<", "in"), part).map((words) => words.join(" ")),
  fc.tuple(part, fc.constantFrom("contains", "startsWith"), part).map(([a, name, b]) => `${a}.${name}(${b})`),
  fc.tuple(fc.constantFrom("size", "semver"), part).map(([name, a]) => `${name}(${a}) == ${name}(${a})`),
);

/** Two lists compared read an item of each for a unit; `x in map` looks one key up for the price of its node. */
test("reads no more of a context than the budget pays, whatever the conditions ask", () => {
  let mostReads = 0;
  fc.assert(
    fc.property(fc.array(comparison, { minLength: 200, maxLength: 300 }), (comparisons) => {
      let reads = 0;
      const counted = <T extends object>(value: T): T =>
        new Proxy(value, {
          get: (target, key) => {
            if (typeof key === "string" && key !== "length") reads++;
            return Reflect.get(target, key);
          },
        });
      const context = {
        ...{ l: counted(ids), k: counted([...ids]), s: long, t: `${long.slice(1)}a` },
        ...{ m: counted(byId), n: counted({ ...byId }) },
      };
      const rules = comparisons.map((text) => compileExpression(tree(text)));
      const run = wholeRun();

      for (let round = 0; round < 3; round++) for (const rule of rules) rule(context, run);

      const spent = EVALUATION_LIMITS.units - Math.max(run.left, 0);
      const lookUps = 3 * rules.length;
      expect(reads).toBeLessThanOrEqual(2 * spent + lookUps);
      mostReads = Math.max(mostReads, reads);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(mostReads).toBeGreaterThan(10_000);
}, 60_000);

function tree(text: string): Expression {
  const parsed = parseExpression(text, { checked: false });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.expression;
}

test("weighs macros that stand in one another once each, not all that is in each", () => {
  let looks = 0;
  const items = Object.defineProperty({ kind: "list", items: [] }, "kind", {
    enumerable: true,
    get: () => {
      looks++;
      return "list";
    },
  }) as Expression;
  const body: Expression = { kind: "binary", op: "in", left: ONE, right: items };
  const nested = Array.from({ length: 50 }).reduce<Expression>((inner) => {
    return { kind: "macro", name: "all", over: { kind: "list", items: [ONE] }, variable: "x", body: inner };
  }, body);

  compileExpression(nested)({}, wholeRun());

  expect(looks).toBeLessThan(10);
});
