import { parseCondition } from "@burgee/engine/language";
import { describe, expect, test } from "vitest";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { contextInput, makeEvaluationContext } from "./make-evaluation-context.ts";

describe("a request's context", () => {
  test("takes the query's attributes as texts, and leaves out what a query reserves", () => {
    const query = {
      userId: "abc123",
      appVersion: "1.2.3",
      age: "42",
      project: "web",
      environment: "live",
      key: "x",
    };

    expect(makeEvaluationContext(query)).toEqual({ userId: "abc123", appVersion: "1.2.3", age: "42" });
  });

  test("takes a name that is repeated as a list", () => {
    expect(makeEvaluationContext({ group: ["a", "b"] })).toEqual({ group: ["a", "b"] });
  });

  test("lets the body win over the query", () => {
    expect(makeEvaluationContext({ age: "42", region: "IN" }, { age: 43, key: "kept" })).toEqual({
      age: 43,
      region: "IN",
      key: "kept",
    });
  });

  test.each([
    ["a text that is too long", "x".repeat(LIMITS.contextTextLength + 1)],
    ["too many values of one name", Array.from({ length: LIMITS.contextAttributes + 1 }, () => "x")],
    ["a structure", { a: "b" }],
    ["a structure in a list", [{ a: "b" }]],
  ])("refuses %s in a query", (_, value) => {
    expect(() => makeEvaluationContext({ group: value })).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        issues: [expect.objectContaining({ pointer: "/group", code: "invalid_attribute" })],
      }),
    );
  });

  test.each([
    ["string", "42", "42"],
    ["number", "42", 42],
    ["number", "-0.5e3", -500],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["timestamp", "2026-01-31T00:00:00.5+02:00", new Date("2026-01-30T22:00:00.500Z")],
    ["list", "a", ["a"]],
    ["list", ["a", "b"], ["a", "b"]],
    ["map", '{"a":[1]}', { a: [1] }],
  ] as const)("turns what is declared a %s, and given as %j, into a value", (type, text, value) => {
    expect(makeEvaluationContext({ it: text, other: "1" }, {}, { it: type })).toEqual({
      it: value,
      other: "1",
    });
  });

  test.each([
    ["string", ["a", "b"]],
    ["number", "abc"],
    ["number", ""],
    ["number", "0x10"],
    ["number", "1e999"],
    ["boolean", "yes"],
    ["timestamp", "2026-01-31"],
    ["timestamp", "2026-02-30T00:00:00Z"],
    ["timestamp", "2026-13-01T00:00:00Z"],
    ["map", "[1]"],
    ["map", "{"],
  ] as const)("refuses what is declared a %s and given as %j", (type, text) => {
    expect(() => makeEvaluationContext({ it: text }, {}, { it: type })).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        issues: [
          {
            pointer: "/it",
            code: "invalid_attribute",
            message: expect.stringMatching(
              new RegExp(`^it is declared as a ${type}, which .+ is not; give .+\\.$`),
            ),
          },
        ],
      }),
    );
  });

  test.each([
    "2026-01-31T00:00:00Z",
    "2026-01-31T00:00:00.123456789-11:30",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "2026-01-31t00:00:00z",
    "2026-01-31T00:00:00.1234567890Z",
    "2026-01-31T00:00:00+24:00",
    "2026-01-31T24:00:00Z",
    "2026-01-31T00:00:60Z",
    "2026-01-31 00:00:00Z",
    "0000-12-31T23:59:59Z",
    "0001-01-01T00:00:00+00:01",
    "",
  ])("takes %j for a timestamp exactly if the language does", (text) => {
    const isTimestamp = parseCondition(`timestamp('${text}') < now`).ok;
    const read = () => makeEvaluationContext({ it: text }, {}, { it: "timestamp" }).it;

    if (isTimestamp) expect(read()).toEqual(new Date(text));
    else expect(read).toThrow(/declared as a timestamp/);
  });

  test("holds a map in a query to the bounds of a body", () => {
    const deep = `${'{"a":'.repeat(30)}1${"}".repeat(30)}`;

    expect(() => makeEvaluationContext({ it: deep }, {}, { it: "map" })).toThrow(/20 levels deep/);
  });

  test("takes a body's text for a timestamp where one is declared, and leaves its other values alone", () => {
    const declared = { at: "timestamp", age: "number" } as const;

    expect(makeEvaluationContext({}, { at: "2026-01-31T00:00:00Z", age: "42" }, declared)).toEqual({
      at: new Date("2026-01-31T00:00:00Z"),
      age: "42",
    });
    expect(() => makeEvaluationContext({}, { at: "today" }, declared)).toThrow(/declared as a timestamp/);
  });

  test("touches no object's nature, whatever its attributes are called", () => {
    const query = JSON.parse('{ "__proto__": "polluted", "constructor": "x" }');
    const made = makeEvaluationContext(
      query,
      parseInput(contextInput, JSON.parse('{ "__proto__": { "polluted": 1 } }')),
    );

    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(Object.hasOwn(made, "constructor")).toBe(true);
    expect("polluted" in {}).toBe(false);
  });
});

describe("a body's attributes", () => {
  test("are texts, numbers, booleans, null, lists and maps of those", () => {
    const context = {
      userId: "ada",
      age: 36,
      beta: true,
      boss: null,
      groups: ["a", 1],
      company: { seats: [1, { x: "y" }] },
    };

    expect(parseInput(contextInput, context)).toEqual(context);
  });

  test.each<[string, unknown]>([
    ["no object", ["ada"]],
    [
      "too many attributes",
      Object.fromEntries(Array.from({ length: LIMITS.contextAttributes + 1 }, (_, n) => [`a${n}`, n])),
    ],
    ["a name without characters", { "": 1 }],
    ["a name that is too long", { ["n".repeat(129)]: 1 }],
    ["a text that is too long", { a: "x".repeat(LIMITS.contextTextLength + 1) }],
    ["a list that is too long", { a: Array.from({ length: LIMITS.contextAttributes + 1 }, () => 1) }],
    [
      "too many values in all",
      Object.fromEntries(
        Array.from({ length: 10 }, (_, n) => [`a${n}`, Array(LIMITS.contextValues / 10).fill(1)]),
      ),
    ],
    ["more nested than a context is", nested(LIMITS.contextDepth + 1)],
    ["nested 100,000 deep", nested(100_000)],
    ["no number", { a: Number.NaN }],
  ])("are refused where they are %s", (_, context) => {
    expect(() => parseInput(contextInput, context)).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });

  test("may be nested as deep as a context is", () => {
    expect(() => parseInput(contextInput, nested(LIMITS.contextDepth))).not.toThrow();
  });
});

/** A context that is `depth` levels deep, itself being the first. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 1; level < depth; level++) value = level % 2 === 0 ? { a: value } : [value];
  return { a: value };
}
