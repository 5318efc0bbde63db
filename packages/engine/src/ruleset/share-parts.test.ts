import fc from "fast-check";
import { expect, test } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import type { Expression } from "../language/expression.ts";
import { READ_LIMITS } from "../limits.ts";
import { readPatch } from "./read-patch.ts";
import { readRuleset } from "./read-ruleset.ts";
import type { RulesetPatch } from "./ruleset.ts";
import { shareInSteps, shareParts } from "./share-parts.ts";

const ids = JSON.stringify(Array.from({ length: 20 }, (_, at) => `user-${at}`));
const toggleOn = (key: string, ...conditions: readonly Expression[]) =>
  toggleWith({
    key,
    rules: conditions.map((asked, at) => ({
      id: `r${at}`,
      condition: asked,
      serve: { type: "variant", variant: "on" },
    })),
  });

test("writes what conditions have in common once, and its number elsewhere", () => {
  const isListed = condition(`userId in ${ids}`);
  const isListedInNorway = condition(`userId in ${ids} && region == 'NO'`);
  const toggles = [toggleOn("a", isListed), toggleOn("b", isListed, isListedInNorway)];

  const written = shareParts(
    rulesetWith(toggles, { segments: { beta: segmentWith({ condition: isListed }) } }),
  );

  expect(written).toMatchObject({
    shared: { conditions: [isListed] },
    toggles: {
      a: { rules: [{ condition: 0 }] },
      b: { rules: [{ condition: 0 }, { condition: { kind: "and", of: [0, { kind: "binary", op: "==" }] } }] },
    },
    segments: { beta: { condition: 0 } },
  });
});

test("shares parts of parts that are shared", () => {
  const list = { kind: "list", items: Array.from({ length: 20 }, (_, at) => `user-${at}`) } as const;
  const [asUser, asOwner] = ["userId", "owner"].map(
    (name) => ({ kind: "binary", op: "in", left: { kind: "attribute", name }, right: list }) as const,
  );
  if (!asUser || !asOwner) throw new Error("no conditions");

  const written = shareParts(rulesetWith([toggleOn("a", asUser, asOwner), toggleOn("b", asOwner, asUser)]));

  expect(written).toMatchObject({
    shared: { conditions: [list, { ...asUser, right: 0 }, { ...asOwner, right: 0 }] },
  });
});

test("what was read is written again as it was, and holds nothing twice", () => {
  const isListed = condition(`userId in ${ids}`);
  const whole = rulesetWith([toggleOn("a", isListed), toggleOn("b", isListed)]);
  const text = JSON.stringify(shareParts(whole));

  const read = readRuleset(JSON.parse(text));

  expect(read).toMatchObject({ ok: true });
  expect(read.ok && read.ruleset).toStrictEqual(whole);
  expect(read.ok && JSON.stringify(shareParts(read.ruleset))).toBe(text);
});

test("looks at a part a few times, however deep it lies", () => {
  let looks = 0;
  const ownKeys = (of: object) => {
    looks++;
    return Reflect.ownKeys(of);
  };
  const bottom = new Proxy<Expression & object>({ kind: "attribute", name: "a".repeat(80) }, { ownKeys });
  const deep = Array.from({ length: 90 }).reduce<Expression>(
    (of) => ({ kind: "unary", op: "!", of }),
    bottom,
  );

  shareParts(rulesetWith([toggleOn("a", deep), toggleOn("b", deep, deep)]));

  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(10);
});

test("pauses with each toggle and segment, read and written", () => {
  const keys = Array.from({ length: 50 }, (_, at) => `t${at}`);
  const ruleset = rulesetWith(
    keys.map((key) => toggleOn(key, condition(`userId in ${ids}`))),
    { segments: { beta: segmentWith({ condition: true }) } },
  );

  expect([...shareInSteps(ruleset)]).toHaveLength(2 * 51);
});

test("is as it was without anything in common", () => {
  const ruleset = rulesetWith([toggleOn("a", condition(`userId in ${ids}`))]);

  expect(JSON.parse(JSON.stringify(shareParts(ruleset)))).toEqual(ruleset);
});

test("reads back as the same ruleset, whatever the conditions", () => {
  fc.assert(
    fc.property(fc.array(expressions, { maxLength: 4 }), (conditions) => {
      const ruleset = rulesetWith([
        toggleOn("a", ...conditions),
        toggleOn("b", ...[...conditions].reverse()),
      ]);

      const read = readRuleset(JSON.parse(JSON.stringify(shareParts(ruleset))));

      expect(read).toMatchObject({ ok: true });
      expect(read.ok && read.ruleset.toggles).toEqual(JSON.parse(JSON.stringify(ruleset.toggles)));
    }),
    { numRuns: 500 },
  );
});

test("reads back as the same patch, what was removed included", () => {
  const asked = condition(`userId in ${ids}`);
  const patch: RulesetPatch = {
    ...{ schema: 1, epoch: "e1", from: 1, to: 2 },
    changes: { a: toggleOn("a", asked), b: toggleOn("b", asked), gone: null },
    segments: { beta: segmentWith({ condition: asked }), left: null },
  };

  const written = shareParts(patch);
  const read = readPatch(JSON.parse(JSON.stringify(written)));

  expect(written).toMatchObject({ shared: { conditions: [asked] } });
  expect(read).toMatchObject({ ok: true });
  expect(read.ok && read.patch).toStrictEqual(patch);
});

const shared = (conditions: unknown, asked: unknown) => ({
  ...rulesetWith([]),
  shared: { conditions },
  toggles: {
    a: {
      ...toggleOn("a"),
      rules: [{ id: "r", condition: asked, serve: { type: "variant", variant: "on" } }],
    },
  },
});
const not = (of: unknown) => ({ kind: "unary", op: "!", of });
const nots = (depth: number): unknown => (depth === 0 ? true : not(nots(depth - 1)));
const and = (...of: readonly unknown[]) => ({ kind: "and", of });

test("gives every place of a shared part the same object", () => {
  const asked = not("a");

  const read = readRuleset(shared([asked], and(0, 0)));

  const found = read.ok ? read.ruleset.toggles.a?.rules[0]?.condition : undefined;
  expect(found).toEqual(and(not("a"), not("a")));
  expect(typeof found === "object" && found?.kind === "and" && found.of.every((part) => part === asked)).toBe(
    true,
  );
});

test.each([
  [shared({}, true), "shared.conditions", "expected a list"],
  [shared([5], true), "shared.conditions[0]", "expected a part of a condition, found 5"],
  [shared([not(0)], true), "shared.conditions[0].of", "found 0"],
  [shared([not("a"), not(1)], true), "shared.conditions[1].of", "found 1"],
  [shared([{ kind: "int", value: "x" }], true), "shared.conditions[0].value", "an integer"],
  [shared([not("a")], 1), "toggles.a.rules[0].condition", "found 1"],
  [shared([not("a")], -1), "toggles.a.rules[0].condition", "found -1"],
  [shared([not("a")], 0.5), "toggles.a.rules[0].condition", "found 0.5"],
  [shared([nots(150)], not(nots(49))), undefined, undefined],
  [shared([nots(150)], and(0, nots(60))), undefined, undefined],
  [shared([nots(200)], not(0)), "toggles.a.rules[0].condition.of", "deeper than 200"],
  [shared([nots(100), not(0), not(1)], and(nots(97), and(2))), undefined, undefined],
  [
    shared([nots(190), and(0)], and(and(and(and(and(and(and(and(and(and(1))))))))))),
    expect.stringMatching(/of\[0\]$/),
    "deeper than 200",
  ],
  [shared([and(...Array(399).fill(and()))], and(...Array(9).fill(0))), undefined, undefined],
  [
    shared([and(...Array(399).fill(and()))], and(...Array(10).fill(0))),
    "toggles.a.rules[0].condition.of[9]",
    "4000 nodes",
  ],
  [
    shared([{ kind: "attribute", name: "a" }, "b"], { kind: "has", of: 1 }),
    "toggles.a.rules[0].condition.of",
    "a field or",
  ],
  [shared([{ kind: "attribute", name: "a" }], { kind: "has", of: 0 }), undefined, undefined],
  [Object.freeze(shared([not("a")], Object.freeze(not(0)))), "toggles.a.rules[0].condition.of", "is frozen"],
  [shared(Array(READ_LIMITS.sharedParts + 1).fill(true), true), "shared.conditions", "at most"],
])("counts shared parts where they stand, and refuses what is none %#", (json, path, message) => {
  const read = readRuleset(json);

  if (path === undefined) expect(read).toMatchObject({ ok: true });
  else
    expect(read).toMatchObject({
      ok: false,
      error: { path, message: expect.stringContaining(message ?? "") },
    });
});

test("writes what toggles have in common once, and of each its number, version, revision and salt", () => {
  const isListed = condition(`userId in ${ids}`);
  const rollout = (salt: string) =>
    ({ type: "percentage", variant: "on", buckets: 10, salt, stickiness: "userId" }) as const;
  const toggles = [
    { ...toggleOn("a", isListed), version: 3, revision: 5 },
    { ...toggleOn("b", isListed), version: 4, revision: 6 },
    { ...toggleWith({ key: "c" }), rollout: rollout("sc") },
    { ...toggleWith({ key: "d" }), rollout: rollout("sd") },
    toggleOn("e", isListed, true),
  ];

  const written = shareParts(rulesetWith(toggles));

  expect(written).toMatchObject({
    shared: { conditions: [isListed], toggles: [{ rules: [{ condition: 0 }] }, { rules: [] }] },
    toggles: { a: [0, 3, 5], b: [0, 4, 6], c: [1, 1, 1, "sc"], d: [1, 1, 1, "sd"], e: { key: "e" } },
  });
  const read = readRuleset(JSON.parse(JSON.stringify(written)));
  expect(read).toMatchObject({ ok: true });
  expect(read.ok && read.ruleset.toggles).toEqual(rulesetWith(toggles).toggles);
});

test("takes no variant called kind for a condition", () => {
  const target = (key: string) => ({
    ...toggleWith({ key, kind: "string", variants: { kind: "a", off: "b" } }),
    ...{ offVariant: "off", defaultVariant: "off" },
    rules: [
      {
        id: key,
        condition: true,
        serve: { type: "target", targets: { kind: Array.from({ length: 20 }, (_, at) => `user-${at}`) } },
      } as const,
    ],
  });
  const ruleset = rulesetWith([target("a"), target("b")]);

  const written = JSON.parse(JSON.stringify(shareParts(ruleset)));

  expect(written).toEqual(JSON.parse(JSON.stringify(ruleset)));
  expect(readRuleset(written)).toMatchObject({ ok: true, ruleset });
});

test("takes no value of a variant for a condition", () => {
  const asked = condition(`userId in ${ids}`);
  const variants = { a: { kind: "int", value: "1" }, b: JSON.parse(JSON.stringify(asked)) };
  const served = {
    ...toggleOn("x", asked),
    kind: "json",
    variants,
    offVariant: "a",
    defaultVariant: "b",
  } as const;
  const toggle = {
    ...served,
    rules: served.rules.map((rule) => ({ ...rule, serve: { type: "variant", variant: "a" } as const })),
  };
  const ruleset = rulesetWith([toggle, { ...toggle, key: "y" }, { ...toggle, key: "z", enabled: false }]);

  const read = readRuleset(JSON.parse(JSON.stringify(shareParts(ruleset))));

  expect(read.ok && read.ruleset.toggles).toEqual(ruleset.toggles);
});

const { key: _key, version: _version, revision: _revision, ...body } = toggleWith({ key: "a" });
const percentage = { type: "percentage", variant: "on", buckets: 10, stickiness: "userId" };
const sharing = (toggles: unknown, toggle: unknown) => ({
  ...rulesetWith([]),
  shared: { toggles },
  toggles: { a: toggle },
});

test.each([
  [sharing([body], [0, 1, 2]), undefined, undefined],
  [sharing([{ ...body, rollout: percentage }], [0, 1, 2, "s"]), undefined, undefined],
  [sharing([{ ...body, rollout: { ...percentage, salt: "s" } }], [0, 1, 2]), undefined, undefined],
  [sharing([{ ...body, rollout: { type: "newer" } }], [0, 1, 2, "s"]), undefined, undefined],
  [sharing([{ ...body, rollout: { type: "newer" } }], [0, 1, 2]), undefined, undefined],
  [{ ...sharing([], 1), shared: [] }, "shared", "expected an object"],
  [sharing({}, [0, 1, 2]), "shared.toggles", "expected a list"],
  [sharing([1], [0, 1, 2]), "shared.toggles[0]", "expected a toggle, found 1"],
  [sharing([{ ...body, kind: "int" }], [0, 1, 2]), "shared.toggles[0].kind", "found 'int'"],
  [sharing([{ ...body, offVariant: "red" }], [0, 1, 2]), "shared.toggles[0].offVariant", "found 'red'"],
  [
    sharing([{ ...body, rollout: { ...percentage, buckets: -1 } }], [0, 1, 2]),
    "shared.toggles[0].rollout.buckets",
    "found -1",
  ],
  [sharing([body], [1, 1, 2]), "toggles.a[0]", "the number of a shared toggle, found 1"],
  [sharing([body], ["0", 1, 2]), "toggles.a[0]", "found '0'"],
  [sharing([body], [null, 1, 2]), "toggles.a[0]", "found null"],
  [sharing([body], []), "toggles.a[0]", "found nothing"],
  [sharing([body], [0, -1, 2]), "toggles.a[1]", "found -1"],
  [sharing([body], [0, 1]), "toggles.a[2]", "found nothing"],
  [sharing([body], [0, 1, 2, "s"]), "toggles.a[3]", "expected nothing, found 's'"],
  [sharing([{ ...body, rollout: percentage }], [0, 1, 2]), "toggles.a[3]", "a text of 1 to 256"],
  [sharing([{ ...body, rollout: percentage }], [0, 1, 2, 5]), "toggles.a[3]", "found 5"],
  [
    Object.freeze({ ...sharing([body], 1), toggles: Object.freeze({ a: [0, 1, 2] }) }),
    "toggles.a",
    "is frozen",
  ],
])("holds toggles that are alike to what a toggle is %#", (json, path, message) => {
  const read = readRuleset(json);

  if (path === undefined) expect(read).toMatchObject({ ok: true });
  else expect(read).toMatchObject({ ok: false, error: { path, message: expect.stringContaining(message) } });
});

const long = "x".repeat(60_000);
const longText = { ...body, kind: "string", variants: { on: long, off: "" } };
const serveOn = { type: "variant", variant: "on" };
const listOf = (...items: readonly unknown[]) => ({ kind: "list", items });
const times = (count: number, toggle: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, toggle]));

test.each([
  [{ ...sharing([longText], 1), toggles: times(550, [0, 1, 2]) }, undefined],
  [{ ...sharing([longText], 1), toggles: times(560, [0, 1, 2]) }, /^toggles$/],
  [shared([listOf(long)], listOf(...Array(550).fill(0))), undefined],
  [shared([listOf(long)], listOf(...Array(560).fill(0))), /condition\.items\[55\d\]$/],
  [shared([listOf(long), listOf(0, 0), listOf(1, 1)], listOf(...Array(137).fill(2))), undefined],
  [shared([listOf(long), listOf(0, 0), listOf(1, 1)], listOf(...Array(140).fill(2))), /condition\.items/],
  [
    {
      ...rulesetWith([]),
      shared: {
        conditions: [listOf(long)],
        toggles: [{ ...longText, rules: [{ id: "r", condition: 0, serve: serveOn }] }],
      },
      toggles: times(280, [0, 1, 2]),
    },
    /^toggles$/,
  ],
])("counts the length of what is shared wherever it stands %#", (json, path) => {
  const read = readRuleset(json);

  if (path === undefined) expect(read).toMatchObject({ ok: true });
  else
    expect(read).toMatchObject({
      ok: false,
      error: { path: expect.stringMatching(path), message: expect.stringContaining("in all its places") },
    });
});

test("takes what is no JSON for endless where it is shared, and throws nothing", () => {
  const json = sharing([{ ...body, newer: 1n }], [0, 1, 2]);

  expect(readRuleset(json)).toMatchObject({ ok: false, error: { path: "toggles" } });
});

test("knows a toggle of the name of what all objects inherit", () => {
  const text = JSON.stringify(sharing([body], [0, 1, 2])).replace('"a":', '"__proto__":');

  const read = readRuleset(JSON.parse(text));

  expect(read.ok && Object.entries(read.ruleset.toggles)).toEqual([
    ["__proto__", { ...body, key: "__proto__", version: 1, revision: 2 }],
  ]);
});
