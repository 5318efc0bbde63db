import fc from "fast-check";
import { expect, test } from "vitest";
import { condition, rulesetWith, toggleWith } from "../../test/rulesets.ts";
import vectors from "../../vectors/evaluations.json" with { type: "json" };
import { prepare } from "../evaluation/prepare.ts";
import { READ_LIMITS } from "../limits.ts";
import { readPatch, readRuleset } from "./read-ruleset.ts";

test("gives a well-formed ruleset as it is, unknown fields and kinds of a newer server included", () => {
  const json: unknown = { ...structuredClone(vectors.ruleset), signature: "x" };

  const read = readRuleset(json);

  expect(read).toEqual({ ok: true, ruleset: json });
});

test("refuses a newer schema with a message that names both", () => {
  const read = readRuleset({ ...vectors.ruleset, schema: 2 });

  expect(read).toEqual({
    ok: false,
    error: {
      code: "unsupported_schema",
      message: "The ruleset has schema 2; this release reads schema 1. Update the SDK.",
      path: "schema",
    },
  });
});

const int = (value: unknown) => ({ kind: "int", value });
const rule = (changes: object) => ({
  id: "r",
  condition: true,
  serve: { type: "variant", variant: "on" },
  ...changes,
});
const withRule = (changes: object) => withToggle({ rules: [rule(changes)] });
const withCondition = (json: unknown) => withRule({ condition: json });
const percentage = { type: "percentage", variant: "on", buckets: 1, salt: "s", stickiness: "userId" };

test.each([
  [null, undefined, "expected an object, found null"],
  [[], undefined, "expected an object, found a list"],
  [{}, "schema", "expected the number of the schema, found nothing"],
  [{ ...vectors.ruleset, schema: "1" }, "schema", "found '1'"],
  [{ ...vectors.ruleset, revision: -1 }, "revision", "expected a whole number from 0, found -1"],
  [{ ...vectors.ruleset, revision: 1.5 }, "revision", "found 1.5"],
  [{ ...vectors.ruleset, epoch: "" }, "epoch", "expected a text"],
  [{ ...vectors.ruleset, toggles: [] }, "toggles", "expected an object, found a list"],
  [{ ...vectors.ruleset, toggles: { a: 1 } }, "toggles.a", "expected a toggle, found 1"],
  [{ ...vectors.ruleset, toggles: { "a b": {} } }, 'toggles["a b"].kind', "'boolean' or 'string'"],
  [
    { ...vectors.ruleset, toggles: { "": toggleWith({ key: "" }) } },
    'toggles[""]',
    "expected a text of 1 to",
  ],
  [{ ...vectors.ruleset, toggles: { other: toggleWith() } }, "toggles.other.key", "the key 'other'"],
  [withToggle({ kind: "number" }), "toggles.cart.kind", "found 'number'"],
  [withToggle({ enabled: 1 }), "toggles.cart.enabled", "expected true or false"],
  [withToggle({ variants: null }), "toggles.cart.variants", "expected an object"],
  [
    withToggle({ variants: { on: 1, off: false } }),
    "toggles.cart.variants.on",
    "expected a boolean, found 1",
  ],
  [withToggle({ variants: { on: true, off: false, "": true } }), 'toggles.cart.variants[""]', "a text of 1"],
  [
    withToggle({ kind: "string", variants: { on: "x".repeat(70_000), off: "" } }),
    "toggles.cart.variants.on",
    "longer",
  ],
  [withToggle({ offVariant: "toString" }), "toggles.cart.offVariant", "expected a variant's key"],
  [withToggle({ defaultVariant: null }), "toggles.cart.defaultVariant", "found null"],
  [withToggle({ rollout: undefined }), "toggles.cart.rollout", "expected what to serve, found nothing"],
  [withToggle({ rollout: { type: 3 } }), "toggles.cart.rollout.type", "found 3"],
  [withToggle({ rules: {} }), "toggles.cart.rules", "expected a list, found an object"],
  [withToggle({ rules: [1] }), "toggles.cart.rules[0]", "expected a rule"],
  [withToggle({ rules: Array(1_001).fill(rule({})) }), "toggles.cart.rules", "at most 1000 are read"],
  [withRule({ id: 5 }), "toggles.cart.rules[0].id", "found 5"],
  [
    withRule({ serve: { type: "variant", variant: "x" } }),
    "toggles.cart.rules[0].serve.variant",
    "found 'x'",
  ],
  [
    withRule({ serve: { ...percentage, buckets: 100_001 } }),
    "toggles.cart.rules[0].serve.buckets",
    "at most 100000",
  ],
  [withRule({ serve: { ...percentage, salt: "" } }), "toggles.cart.rules[0].serve.salt", "found ''"],
  [withCondition(undefined), "toggles.cart.rules[0].condition", "found nothing"],
  [withCondition(5), "toggles.cart.rules[0].condition", "expected a part of a condition, found 5"],
  [withCondition({}), "toggles.cart.rules[0].condition.kind", "expected the kind"],
  [withCondition(int("1.5")), "toggles.cart.rules[0].condition.value", "an integer in decimal"],
  [withCondition(int(1)), "toggles.cart.rules[0].condition.value", "an integer in decimal"],
  [withCondition(int("9223372036854775808")), "toggles.cart.rules[0].condition.value", "64 bits"],
  [withCondition({ kind: "double", value: "1" }), "toggles.cart.rules[0].condition.value", "a finite number"],
  [withCondition({ kind: "attribute" }), "toggles.cart.rules[0].condition.name", "expected a text"],
  [withCondition({ kind: "list", items: 1 }), "toggles.cart.rules[0].condition.items", "expected a list"],
  [withCondition({ kind: "list", items: ["a", 1] }), "toggles.cart.rules[0].condition.items[1]", "found 1"],
  [
    withCondition({ kind: "list", items: Array(20_001).fill("") }),
    "toggles.cart.rules[0].condition.items",
    "20001 items",
  ],
  [withCondition({ kind: "map", entries: ["ab"] }), "toggles.cart.rules[0].condition.entries[0]", "a pair"],
  [withCondition({ kind: "map", entries: [["a"]] }), "toggles.cart.rules[0].condition.entries[0]", "a pair"],
  [
    withCondition({ kind: "map", entries: [["a", 1]] }),
    "toggles.cart.rules[0].condition.entries[0][1]",
    "found 1",
  ],
  [
    withCondition({ kind: "map", entries: [[1, "a"]] }),
    "toggles.cart.rules[0].condition.entries[0][0]",
    "found 1",
  ],
  [withCondition({ kind: "select", of: "a" }), "toggles.cart.rules[0].condition.field", "a text"],
  [withCondition({ kind: "index", of: "a" }), "toggles.cart.rules[0].condition.at", "found nothing"],
  [withCondition({ kind: "has", of: "a" }), "toggles.cart.rules[0].condition.of", "a field or an attribute"],
  [
    withCondition({ kind: "call", name: "size", target: 1, args: [] }),
    "toggles.cart.rules[0].condition.target",
    "1",
  ],
  [withCondition({ kind: "call", name: "size" }), "toggles.cart.rules[0].condition.args", "a list"],
  [withCondition({ kind: "unary", op: "!" }), "toggles.cart.rules[0].condition.of", "nothing"],
  [
    withCondition({ kind: "binary", op: "==", left: "a" }),
    "toggles.cart.rules[0].condition.right",
    "nothing",
  ],
  [withCondition({ kind: "and", of: [1] }), "toggles.cart.rules[0].condition.of[0]", "found 1"],
  [withCondition({ kind: "conditional", test: true }), "toggles.cart.rules[0].condition.whenTrue", "nothing"],
  [
    withCondition(nested(300)),
    expect.stringMatching(/^toggles\.cart\.rules\[0\]\.condition\.of\.of/),
    "deeper",
  ],
  [
    withCondition({ kind: "or", of: Array(5_000).fill({ kind: "list", items: [] }) }),
    expect.anything(),
    "nodes",
  ],
])("refuses malformed JSON %#: %s", (json, path, message) => {
  const read = readRuleset(json);

  expect(read).toMatchObject({
    ok: false,
    error: { code: "malformed_ruleset", message: expect.stringContaining(message) },
  });
  expect(!read.ok && read.error.path).toEqual(path);
});

test("refuses more toggles than it can hold", () => {
  const toggles = Object.fromEntries(
    Array.from({ length: READ_LIMITS.toggles + 1 }, (_, at) => [`t${at}`, toggleWith({ key: `t${at}` })]),
  );

  expect(readRuleset({ ...vectors.ruleset, toggles })).toMatchObject({
    ok: false,
    error: { path: "toggles" },
  });
});

test("never throws, and what it takes can be evaluated, whatever part of a ruleset is replaced", () => {
  const whole = rulesetWith([
    toggleWith({
      rules: [
        {
          id: "r",
          condition: condition(
            "has(a.b) && {1: [-a, 2.5]}[1][0] == a.c(d) || (x ? y : size(z) > 1)".replace("a.c(d)", "a"),
          ),
          serve: { type: "variant", variant: "on" },
        },
      ],
      rollout: { type: "percentage", variant: "on", buckets: 5, salt: "s", stickiness: "userId" },
    }),
  ]);
  const paths = pathsOf(whole, []);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.anything(), (path, replacement) => {
      const read = readRuleset(replaced(whole, path, replacement));

      if (read.ok) prepare(read.ruleset).evaluateAll({ a: { b: 1 }, userId: "ada" });
      else expect(read.error.message).not.toBe("");
    }),
    { numRuns: 3_000 },
  );
}, 30_000);

const patch = { schema: 1, epoch: "e1", from: 1, to: 2, changes: { cart: toggleWith(), gone: null } };

test("gives a well-formed patch as it is", () => {
  expect(readPatch(patch)).toEqual({ ok: true, patch });
});

test.each([
  [{ ...patch, schema: 9 }, "unsupported_schema", "schema"],
  [{ ...patch, to: 0 }, "malformed_ruleset", "to"],
  [{ ...patch, to: "2" }, "malformed_ruleset", "to"],
  [{ ...patch, from: undefined }, "malformed_ruleset", "from"],
  [{ ...patch, changes: null }, "malformed_ruleset", "changes"],
  [{ ...patch, changes: { "": null } }, "malformed_ruleset", 'changes[""]'],
  [{ ...patch, changes: { cart: { ...toggleWith(), rules: 1 } } }, "malformed_ruleset", "changes.cart.rules"],
  ["patch", "malformed_ruleset", undefined],
])("refuses the malformed patch %#", (json, code, path) => {
  const read = readPatch(json);

  expect(read).toMatchObject({ ok: false, error: { code } });
  expect(!read.ok && read.error.path).toBe(path);
});

function withToggle(changes: object): unknown {
  return { ...vectors.ruleset, toggles: { cart: { ...toggleWith(), ...changes } } };
}

function nested(depth: number): unknown {
  return depth === 0 ? true : { kind: "unary", op: "!", of: nested(depth - 1) };
}

type Path = readonly (string | number)[];

function pathsOf(json: unknown, path: Path): readonly Path[] {
  if (typeof json !== "object" || json === null) return [path];
  return [path, ...Object.entries(json).flatMap(([key, value]) => pathsOf(value, [...path, key]))];
}

function replaced(json: unknown, [first, ...rest]: Path, replacement: unknown): unknown {
  if (first === undefined || typeof json !== "object" || json === null) return replacement;
  const entries = Object.entries(json).map(([key, value]) => [
    key,
    key === first ? replaced(value, rest, replacement) : value,
  ]);
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
