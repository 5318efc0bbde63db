import { expect, test } from "vitest";
import { wholeRun } from "../../test/whole-run.ts";
import { compileExpression } from "../expressions/compile-expression.ts";
import type { Expression } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { BUDGET_EXCEEDED, type Compiled } from "../values/run.ts";

const moment = new Date(0);

test.each<[string, readonly unknown[], number]>([
  ["bytes", ["a"], 14],
  ["string", [1], 14],
  ["string", [moment], 14],
  ["string", [new Uint8Array(1)], 54],
  ["int", ["1"], 6],
  ["uint", ["1"], 6],
  ["double", ["1.5"], 4],
  ["bool", ["true"], 4],
  ["timestamp", ["2026-01-31T00:00:00Z"], 16],
  ["timestamp", ["no time"], 16],
  ["duration", ["1h"], 50],
  ["semver", ["1.2.3"], 6 + 5],
  ["cidr", ["10.1.2.3", "10.0.0.0/8"], 50],
  ["size", [[1]], 8],
  [".size", ["a"], 8],
  [".indexOf", ["abc", "c"], 24],
  [".lastIndexOf", ["abc", "c"], 24],
  [".charAt", ["abc", 1], 8],
  [".substring", ["abc", 1], 10],
  [".trim", [" a"], 5],
  [".lowerAscii", ["A"], 22],
  [".upperAscii", ["a"], 22],
  [".split", ["a,b", ","], 5],
  [".replace", ["a,b", ",", ";"], 8],
  [".join", [["a", "b"]], 2 + 2],
  [".getFullYear", [moment], 6],
  [".getMonth", [moment], 6],
  [".getDayOfYear", [moment], 6],
  [".getDayOfMonth", [moment], 6],
  [".getDate", [moment], 6],
  [".getDayOfWeek", [moment], 6],
  [".getHours", [moment], 6],
  [".getHours", [moment, "+05:45"], 6],
  [".getHours", [moment, "Asia/Kathmandu"], 6 + 250],
  [".getMinutes", [moment], 6],
  [".getSeconds", [moment], 6],
  [".getMilliseconds", [moment], 6],
])("charges %s of %j", (name, values, units) => {
  const run = wholeRun();
  const context = Object.fromEntries(values.map((value, at) => [`a${at}`, value]));

  callOf(name, values.length)(context, run);

  expect(EVALUATION_LIMITS.units - run.left).toBe(units);
});

test("charges a bucket", () => {
  const run = wholeRun();
  const args: Expression[] = ["salt", { kind: "attribute", name: "a0" }];

  compileExpression({ kind: "call", name: "bucket", args })({ a0: "ada" }, run);

  expect(EVALUATION_LIMITS.units - run.left).toBe(7);
});

test("charges a key by which a map is looked up, if it is long", () => {
  const run = wholeRun();
  const index: Expression = {
    kind: "index",
    of: { kind: "attribute", name: "map" },
    at: { kind: "attribute", name: "key" },
  };
  const context = { map: { a: 1 }, key: "a".repeat(30_000) };

  for (let at = 0; at < 3; at++) compileExpression(index)(context, run);
  compileExpression(index)({ ...context, key: "a" }, run);

  expect(EVALUATION_LIMITS.units - run.left).toBe(90_000);
  expect(compileExpression(index)(context, run)).toBe(BUDGET_EXCEEDED);
});

/** As many as 200 rules of 160 parts have, each of a text that is short. */
test.each(["bytes", "duration", "timestamp", ".lowerAscii", ".lastIndexOf", "semver"])(
  "asks %s no oftener than the budget pays",
  (name) => {
    const run = wholeRun();
    const asked = callOf(name, name === ".lastIndexOf" ? 2 : 1);

    let answered = 0;
    for (let at = 0; at < 32_000; at++) {
      if (asked({ a0: "1.0.0", a1: "0" }, run) !== BUDGET_EXCEEDED) answered++;
    }

    expect(answered).toBeLessThan(10_000);
  },
);

/** A call, or a method behind a dot, of as many attributes as it is given. */
function callOf(name: string, count: number): Compiled {
  const operands = Array.from(
    { length: count },
    (_, at): Expression => ({ kind: "attribute", name: `a${at}` }),
  );
  const [target, ...args] = operands;
  return compileExpression(
    name.startsWith(".") && target !== undefined
      ? { kind: "call", name: name.slice(1), target, args }
      : { kind: "call", name, args: operands },
  );
}
