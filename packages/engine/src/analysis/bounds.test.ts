import { describe, expect, test } from "vitest";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import type { Expression, RulesetToggle } from "../index.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { analyse } from "./index.ts";

const on = { type: "variant", variant: "on" } as const;

function toggleOf(conditions: readonly Expression[]): RulesetToggle {
  return toggleWith({ rules: conditions.map((each, at) => ({ id: `r${at}`, condition: each, serve: on })) });
}

function inList(name: string, ids: readonly string[]): Expression {
  return {
    kind: "binary",
    op: "in",
    left: { kind: "attribute", name },
    right: { kind: "list", items: ids },
  };
}

function ids(count: number, from: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `id-${from + at}`);
}

describe("bounds of an analysis", () => {
  test("200 rules with lists are told by a sixtieth of the literals that it may look at", () => {
    const conditions = Array.from({ length: 200 }, (_, at): Expression => {
      const list = inList("userId", ids(100, at * 90));
      return at % 2 === 0 ? list : { kind: "and", of: [list, inList("region", ["IN", `R${at}`])] };
    });

    const toggle = toggleOf([...conditions, inList("userId", ids(50, 0))]);
    const result = analyse(toggle, { steps: ANALYSIS_BOUNDS.stepsPerToggle / 60 });

    expect(result.reach.map(({ verdict }) => verdict)).not.toContain("unknown");
    expect(result.findings).toMatchObject([{ code: "shadowed", place: { ruleId: "r200" }, by: ["r0"] }]);
  });

  test("200 rules over versions, numbers and prefixes are told by a fifteenth", () => {
    const conditions = Array.from({ length: 200 }, (_, at) =>
      condition(
        [`semver(v) >= semver('1.${at}')`, `age > ${at} && age < ${at + 3}`, `email.startsWith('a${at}')`][
          at % 3
        ] ?? "",
      ),
    );

    const result = analyse(toggleOf(conditions), { steps: ANALYSIS_BOUNDS.stepsPerToggle / 15 });

    expect(result.reach.map(({ verdict }) => verdict)).not.toContain("unknown");
    expect(result.reach.filter(({ verdict }) => verdict === "reachable").length).toBeGreaterThan(0);
  });

  test.each<[string, () => Parameters<typeof analyse>]>([
    ["nests deep", () => [toggleOf([nested(190)])]],
    ["nests alternatives of alternatives", () => [toggleOf([conditional(60)])]],
    ["has more ways to hold than can be tried", () => [toggleOf([ways(40)])]],
    [
      "asks long lists in every rule",
      () => [toggleOf(Array.from({ length: 40 }, (_, at) => inList("userId", ids(10_000, at * 5_000))))],
    ],
    ["tells texts apart by too many parts", () => [toggleOf([parts(30)])]],
    [
      "asks segments that ask segments twice",
      () => [rulesetWith([toggleOf([{ kind: "segment", key: "s0" }])], { segments: doubled(40) })],
    ],
    [
      "asks itself in a segment",
      () => [rulesetWith([toggleOf([{ kind: "segment", key: "s0" }])], { segments: doubled(1) })],
    ],
    ["waits for toggles that wait for it", () => [rulesetWith([waiting("a", "b"), waiting("b", "a")])]],
    [
      "waits for toggles in a long chain",
      () => [rulesetWith(Array.from({ length: 30 }, (_, at) => waiting(`t${at}`, `t${at + 1}`)))],
    ],
    [
      "has names that all objects have",
      () => [toggleOf([condition("constructor == 'a' && `__proto__` == 1 && has(x.`__proto__`)")])],
    ],
  ])(
    "a ruleset that %s neither throws nor goes on for ever",
    (_, make) => {
      const result = analyse(...make());

      expect(result.reach.length).toBeGreaterThan(0);
    },
    60_000,
  );
});

function nested(depth: number): Expression {
  const leaf = condition("a == 'x'");
  return depth === 0
    ? leaf
    : {
        kind: depth % 2 ? "and" : "or",
        of: [leaf, { kind: "unary", op: "!", of: nested(depth - 2 < 0 ? 0 : depth - 2) }],
      };
}

function conditional(depth: number): Expression {
  const leaf = condition(`a${depth} == 'x'`);
  if (depth === 0) return leaf;
  return {
    kind: "conditional",
    test: conditional(depth - 1),
    whenTrue: leaf,
    whenFalse: condition("b == 'y'"),
  };
}

/** Two-coloured pigeons, more than there are holes. */
function ways(count: number): Expression {
  const of = Array.from(
    { length: count },
    (_, at): Expression => ({
      kind: "or",
      of: Array.from({ length: 6 }, (_, other) =>
        condition(`p${at} == p${(at * 7 + other * 3) % count} && q${other} != q${at}`),
      ),
    }),
  );
  return { kind: "and", of };
}

function parts(count: number): Expression {
  return {
    kind: "and",
    of: Array.from({ length: count }, (_, at) =>
      condition(`name.contains('${String.fromCharCode(97 + (at % 26))}${at}')`),
    ),
  };
}

function doubled(count: number) {
  const keys = Array.from({ length: count }, (_, at) => `s${at}`);
  const next = (at: number): Expression => ({ kind: "segment", key: `s${(at + 1) % count}` });
  return Object.fromEntries(
    keys.map((key, at) => [
      key,
      segmentWith({
        key,
        condition: { kind: "and", of: [next(at), { kind: "unary", op: "!", of: next(at + 1) }] },
      }),
    ]),
  );
}

function waiting(key: string, other: string): RulesetToggle {
  return toggleWith({
    key,
    prerequisites: [{ toggle: other, variants: ["on"] }],
    rules: [{ id: "r", condition: true, serve: on }],
  });
}
