import fc from "fast-check";
import { expect, test } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import type { Expression } from "../language/expression.ts";
import { READ_LIMITS } from "../limits.ts";
import { readPatch, readRuleset } from "./read-ruleset.ts";
import type { RulesetPatch } from "./ruleset.ts";
import { shareParts } from "./share-parts.ts";

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
    shared: { conditions: [isListed], variants: [{ on: true, off: false }] },
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

  const read = readPatch(JSON.parse(JSON.stringify(shareParts(patch))));

  expect(read).toMatchObject({ ok: true, patch: { ...patch, shared: { conditions: [asked] } } });
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

const serving = (variant: string) => [{ id: "r", condition: true, serve: { type: "variant", variant } }];
const sharing = (parts: object, changes: object) => ({
  ...rulesetWith([]),
  shared: parts,
  toggles: { a: { ...toggleWith({ key: "a" }), ...changes } },
});
const slices = Array.from({ length: READ_LIMITS.variants + 1 }, (_, at) => [`v${at}`, at, at + 1]);
const split = { type: "split", slices, salt: "s", stickiness: "userId" };

test.each([
  [sharing({ variants: [{ on: true, off: false }] }, { variants: 0 }), undefined, undefined],
  [sharing({ rules: [serving("on")] }, { rules: 0 }), undefined, undefined],
  [
    sharing({ conditions: [not("a")], rules: [[{ ...serving("on")[0], condition: 0 }]] }, { rules: 0 }),
    undefined,
    undefined,
  ],
  [sharing([], {}), "shared", "expected an object"],
  [sharing({ variants: {} }, {}), "shared.variants", "expected a list"],
  [
    sharing({ variants: [{ on: 1, off: 0 }] }, { variants: 0 }),
    "toggles.a.variants.on",
    "expected a boolean",
  ],
  [
    sharing({ variants: [{ on: true, off: false }] }, { variants: 0, kind: "string" }),
    "toggles.a.variants.on",
    "expected a string",
  ],
  [sharing({ variants: [1] }, { variants: 0 }), "toggles.a.variants", "expected an object, found 1"],
  [sharing({}, { variants: 0 }), "toggles.a.variants", "expected an object, found 0"],
  [
    sharing({ variants: [{ off: false }] }, { variants: 0, defaultVariant: "on" }),
    "toggles.a.defaultVariant",
    "found 'on'",
  ],
  [sharing({ rules: {} }, {}), "shared.rules", "expected a list"],
  [
    sharing({ rules: [serving("red")] }, { rules: 0 }),
    "toggles.a.rules",
    "expected a variant's key, found 'red'",
  ],
  [
    sharing({ rules: [[{ ...serving("on")[0], condition: 5 }]] }, {}),
    "shared.rules[0][0].condition",
    "found 5",
  ],
  [sharing({ rules: [[{ id: "r", condition: true, serve: split }]] }, {}), "shared.rules[0]", "201 variants"],
  [sharing({ rules: [] }, { rules: 0 }), "toggles.a.rules", "expected a list, found 0"],
  [sharing({ rules: [serving("on")] }, Object.freeze({ rules: 1 })), "toggles.a.rules", "found 1"],
])("holds shared variants and rules to what a toggle is %#", (json, path, message) => {
  const read = readRuleset(json);

  if (path === undefined) expect(read).toMatchObject({ ok: true });
  else expect(read).toMatchObject({ ok: false, error: { path, message: expect.stringContaining(message) } });
});
