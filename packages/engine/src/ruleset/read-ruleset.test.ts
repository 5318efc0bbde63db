import fc from "fast-check";
import { expect, test } from "vitest";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import vectors from "../../vectors/evaluations.json" with { type: "json" };
import { prepare } from "../evaluation/prepare.ts";
import { READ_LIMITS } from "../limits.ts";
import { readPatch } from "./read-patch.ts";
import { readRuleset } from "./read-ruleset.ts";

test("gives a well-formed ruleset as it is, unknown fields and kinds of a newer server included", () => {
  const json: unknown = { ...structuredClone(vectors.ruleset), signature: "x" };

  const read = readRuleset(json);

  expect(read).toMatchObject({ ok: true, ruleset: json });
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
const withServe = (rollout: object) => withToggle({ rollout });
const withSlices = (slices: unknown) => withServe({ ...split, slices });
const withJson = (on: unknown) => withToggle({ kind: "json", variants: { on, off: null } });
const withSegment = (changes: object) => ({
  ...vectors.ruleset,
  segments: { beta: { ...segmentWith({ key: "beta" }), ...changes } },
});
const split = { type: "split", slices: [], salt: "s", stickiness: "userId" };
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
  [
    { ...vectors.ruleset, toggles: { "a b": {} } },
    'toggles["a b"].key',
    "expected the key 'a b' that it is kept under, found nothing",
  ],
  [
    { ...vectors.ruleset, toggles: { "": toggleWith({ key: "" }) } },
    'toggles[""]',
    "expected a text of 1 to",
  ],
  [{ ...vectors.ruleset, toggles: { other: toggleWith() } }, "toggles.other.key", "the key 'other'"],
  [withToggle({ kind: "date" }), "toggles.cart.kind", "found 'date'"],
  [withToggle({ kind: "toString" }), "toggles.cart.kind", "found 'toString'"],
  [
    withToggle({ kind: "number", variants: { on: 1, off: "0" } }),
    "toggles.cart.variants.off",
    "finite number",
  ],
  [withJson(Number.POSITIVE_INFINITY), "toggles.cart.variants.on", "expected a finite number"],
  [withJson({ a: [0, () => 0] }), "toggles.cart.variants.on.a[1]", "expected a JSON value, found a function"],
  [withJson(nestedLists(65)), expect.stringMatching(/^toggles\.cart\.variants\.on\[0\]/), "deeper than 64"],
  [
    withJson(Array(70_000).fill(1)),
    expect.stringMatching(/^toggles\.cart\.variants\.on\[/),
    "longer than 65536",
  ],
  [withJson({ ["k".repeat(70_000)]: 1 }), expect.anything(), "longer than 65536"],
  [withToggle({ prerequisites: {} }), "toggles.cart.prerequisites", "expected a list"],
  [withToggle({ prerequisites: null }), "toggles.cart.prerequisites", "found null"],
  [withToggle({ prerequisites: [1] }), "toggles.cart.prerequisites[0]", "expected a prerequisite"],
  [
    withToggle({ prerequisites: [{ toggle: "", variants: [] }] }),
    "toggles.cart.prerequisites[0].toggle",
    "a text of 1",
  ],
  [
    withToggle({ prerequisites: [{ toggle: "a", variants: [true] }] }),
    "toggles.cart.prerequisites[0].variants[0]",
    "found true",
  ],
  [
    withToggle({ prerequisites: Array(101).fill({ toggle: "a", variants: ["on"] }) }),
    "toggles.cart.prerequisites",
    "at most 100",
  ],
  [withToggle({ targets: [] }), "toggles.cart.targets", "expected an object"],
  [withToggle({ targets: { red: [] } }), "toggles.cart.targets.red", "expected a variant's key, found 'red'"],
  [withToggle({ targets: { on: "ada" } }), "toggles.cart.targets.on", "expected a list, found 'ada'"],
  [withToggle({ targets: { on: [42] } }), "toggles.cart.targets.on[0]", "found 42"],
  [withToggle({ targets: { on: ["x".repeat(1_025)] } }), "toggles.cart.targets.on[0]", "a text of 1 to 1024"],
  [withToggle({ targets: { on: Array(20_001).fill("a") } }), "toggles.cart.targets.on", "at most 20000"],
  [
    withServe({ type: "target", targets: { red: [] } }),
    "toggles.cart.rollout.targets.red",
    "a variant's key",
  ],
  [withServe({ ...percentage, hash: "" }), "toggles.cart.rollout.hash", "found ''"],
  [withServe({ ...percentage, stickiness: undefined }), "toggles.cart.rollout.stickiness", "found nothing"],
  [withServe({ ...split, salt: 5 }), "toggles.cart.rollout.salt", "found 5"],
  [withSlices({}), "toggles.cart.rollout.slices", "expected a list"],
  [withSlices([["on", 0]]), "toggles.cart.rollout.slices[0]", "expected a variant, from and to"],
  [withSlices([["red", 0, 1]]), "toggles.cart.rollout.slices[0][0]", "found 'red'"],
  [withSlices([["on", 5, 5]]), "toggles.cart.rollout.slices[0][2]", "more than 'from'"],
  [withSlices([["on", -1, 5]]), "toggles.cart.rollout.slices[0][1]", "found -1"],
  [withSlices([["on", 0, 100_001]]), "toggles.cart.rollout.slices[0][2]", "at most 100000"],
  [
    withSlices([
      ["on", 0, 9],
      ["off", 8, 10],
    ]),
    "toggles.cart.rollout.slices[1][1]",
    "lies before 9",
  ],
  [withSlices(Array(2_001).fill(["on", 0, 1])), "toggles.cart.rollout.slices", "at most 2000"],
  [{ ...vectors.ruleset, attributes: [] }, "attributes", "expected an object"],
  [{ ...vectors.ruleset, traceparent: 1 }, "traceparent", "expected a text"],
  [
    { ...vectors.ruleset, attributes: { age: 1 } },
    "attributes.age",
    "expected a text of 1 to 256 characters, found 1",
  ],
  [{ ...vectors.ruleset, attributes: { "": "string" } }, 'attributes[""]', "expected a text"],
  [{ ...vectors.ruleset, segments: [] }, "segments", "expected an object"],
  [{ ...vectors.ruleset, segments: { beta: null } }, "segments.beta", "expected a segment, found null"],
  [withSegment({ key: "alpha" }), "segments.beta.key", "the key 'beta'"],
  [withSegment({ revision: "1" }), "segments.beta.revision", "found '1'"],
  [withSegment({ include: undefined }), "segments.beta.include", "expected a list, found nothing"],
  [withSegment({ exclude: [null] }), "segments.beta.exclude[0]", "found null"],
  [withSegment({ condition: 1 }), "segments.beta.condition", "expected a part of a condition"],
  [withSegment({ stickiness: "" }), "segments.beta.stickiness", "found ''"],
  [withSegment({ includeList: null }), "segments.beta.includeList", "expected the hash and the count"],
  [
    withSegment({ includeList: { hash: "A".repeat(64), count: 1 } }),
    "segments.beta.includeList.hash",
    "SHA-256",
  ],
  [
    withSegment({ excludeList: { hash: "a".repeat(63), count: 1 } }),
    "segments.beta.excludeList.hash",
    "SHA-256",
  ],
  [
    withSegment({ excludeList: { hash: "a".repeat(64) } }),
    "segments.beta.excludeList.count",
    "found nothing",
  ],
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

test("takes variants of every kind, and a split that leaves buckets out", () => {
  const slices = [
    ["on", 0, 1],
    ["off", 99_999, 100_000],
  ];

  expect(readRuleset(withSlices(slices))).toMatchObject({ ok: true });
  expect(readRuleset(withJson({ a: [null, 1.5, "x", { b: true }] }))).toMatchObject({ ok: true });
  expect(readRuleset(withToggle({ kind: "number", variants: { on: 1.5, off: 0 } }))).toMatchObject({
    ok: true,
  });
});

test("takes declared attributes, and types that only a newer server knows", () => {
  const attributes = { region: "string", price: "money" };

  expect(readRuleset({ ...vectors.ruleset, attributes })).toMatchObject({
    ok: true,
    ruleset: { attributes },
  });
});

test("refuses more segments than it can hold", () => {
  const segments = Object.fromEntries(
    Array.from({ length: READ_LIMITS.segments + 1 }, (_, at) => [`s${at}`, segmentWith({ key: `s${at}` })]),
  );

  expect(readRuleset({ ...vectors.ruleset, segments })).toMatchObject({
    ok: false,
    error: { path: "segments" },
  });
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
  const whole = rulesetWith(
    [
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
        prerequisites: [{ toggle: "size", variants: ["s"] }],
        targets: { on: ["bob"] },
        rollout: { type: "percentage", variant: "on", buckets: 5, salt: "s", stickiness: "userId" },
      }),
      toggleWith({
        key: "size",
        kind: "json",
        variants: { s: { width: [1] }, off: null },
        rollout: {
          ...{ type: "split", salt: "s", stickiness: "userId", hash: "unleash" },
          slices: [
            ["s", 0, 50_000],
            ["off", 50_000, 100_000],
          ],
        },
      }),
    ],
    { segments: { beta: segmentWith({ key: "beta", include: ["ada"], condition: condition("a == 1") }) } },
  );
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

const patch = {
  ...{ schema: 1, epoch: "e1", from: 1, to: 2 },
  changes: { cart: toggleWith(), gone: null },
  segments: { beta: segmentWith({ key: "beta" }), left: null },
};

test("gives a well-formed patch as it is", () => {
  expect(readPatch(patch)).toMatchObject({ ok: true, patch });
});

test.each([
  [{ ...patch, schema: 9 }, "unsupported_schema", "schema"],
  [{ ...patch, to: 0 }, "malformed_ruleset", "to"],
  [{ ...patch, to: 1 }, "malformed_ruleset", "to"],
  [{ ...patch, to: "2" }, "malformed_ruleset", "to"],
  [{ ...patch, from: undefined }, "malformed_ruleset", "from"],
  [{ ...patch, changes: null }, "malformed_ruleset", "changes"],
  [{ ...patch, changes: { "": null } }, "malformed_ruleset", 'changes[""]'],
  [{ ...patch, segments: { "": null } }, "malformed_ruleset", 'segments[""]'],
  [{ ...patch, segments: { beta: {} } }, "malformed_ruleset", "segments.beta.key"],
  [{ ...patch, segments: 1 }, "malformed_ruleset", "segments"],
  [{ ...patch, attributes: { a: null } }, "malformed_ruleset", "attributes.a"],
  [{ ...patch, traceparent: null }, "malformed_ruleset", "traceparent"],
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

function nestedLists(depth: number): unknown {
  return depth === 0 ? 1 : [nestedLists(depth - 1)];
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
