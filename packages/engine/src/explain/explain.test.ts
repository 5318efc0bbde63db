import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rulesets } from "../../test/random-rulesets.ts";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import { EVALUATIONS, readEvaluations } from "../../test/vectors.ts";
import { bucketOf } from "../bucketing/bucket.ts";
import type { EvaluationContext } from "../evaluation/evaluation.ts";
import { prepareWhole as prepare } from "../evaluation/prepare-whole.ts";
import type { Expression } from "../language/expression.ts";
import type { RulesetRule } from "../ruleset/ruleset.ts";
import { explain } from "./explain.ts";

const nowMs = () => 1_800_000_000_000;
const on = { type: "variant", variant: "on" } as const;

describe.each(EVALUATIONS)("the vectors of %s", (name) => {
  const { ruleset, list, cases } = readEvaluations(name);

  test("are answered as an evaluator answers them, and traced in JSON", () => {
    const evaluator = prepare(ruleset, { list, nowMs });
    for (const { toggle, context } of cases) {
      const explanation = explain(ruleset, toggle, context, { list, nowMs });

      expect(explanation.evaluation).toEqual(evaluator.evaluate(toggle, context));
      expect(JSON.parse(JSON.stringify(explanation.trace ?? null))).toEqual(explanation.trace ?? null);
    }
  });
});

test("answers as an evaluator does, whatever the ruleset and the context", () => {
  const attributes = fc.dictionary(
    fc.constantFrom("a", "b", "region", "userId", "targetingKey", "teamId"),
    fc.oneof(fc.constantFrom("a", "IN", "u1", "u2", 1, true), fc.anything()),
  );
  fc.assert(
    fc.property(rulesets, attributes, (ruleset, context) => {
      const evaluator = prepare(ruleset, { nowMs });
      for (const key of ["t0", "t1", "t2", "t3", "missing"]) {
        const explanation = explain(ruleset, key, asContext(context), { nowMs });

        expect(explanation.evaluation).toEqual(evaluator.evaluate(key, asContext(context)));
        expect(() => JSON.stringify(explanation)).not.toThrow();
      }
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

test("tells of each rule, each condition and each comparison what it saw", () => {
  const rules = [
    { id: "r1", condition: condition("region == 'IN' && age >= 18"), serve: on },
    { id: "r2", condition: condition("!(plan in ['free', 'trial']) || missing == 1"), serve: on },
    { id: "r3", condition: true, serve: on },
  ] as const;

  const { trace } = explain(rulesetWith([toggleWith({ rules })]), "cart", {
    region: "IN",
    age: 17,
    plan: "free",
  });

  expect(trace).toEqual({
    toggle: "cart",
    enabled: true,
    decision: { variant: "on", reason: "TARGETING_MATCH", ruleId: "r3" },
    steps: [
      {
        ...{ type: "rule", id: "r1", outcome: "no_match" },
        condition: {
          ...{ text: "region == 'IN' && age >= 18", outcome: false },
          of: [
            { text: "region == 'IN'", outcome: true, actual: "IN", expected: "IN" },
            { text: "age >= 18", outcome: false, actual: 17, expected: 18 },
          ],
        },
      },
      {
        ...{ type: "rule", id: "r2", outcome: "no_match" },
        condition: {
          ...{ text: "!(plan in ['free', 'trial']) || missing == 1", outcome: "unknown" },
          reason: "the context has no attribute 'missing'",
          of: [
            {
              ...{ text: "!(plan in ['free', 'trial'])", outcome: false },
              of: [
                {
                  text: "plan in ['free', 'trial']",
                  outcome: true,
                  actual: "free",
                  expected: ["free", "trial"],
                },
              ],
            },
            {
              ...{ text: "missing == 1", outcome: "unknown", expected: 1 },
              reason: "the context has no attribute 'missing'",
            },
          ],
        },
      },
      { type: "rule", id: "r3", outcome: "served", serve: { type: "variant", variant: "on" } },
    ],
  });
});

test("leaves what was not reached, and parts that were not asked, without outcome", () => {
  const rules = [{ id: "r1", condition: condition("region == 'IN' || age > 1"), serve: on }];
  const rollout = { type: "percentage", variant: "on", buckets: 1, salt: "s", stickiness: "userId" } as const;

  const { trace } = explain(rulesetWith([toggleWith({ rules, rollout })]), "cart", { region: "IN", age: 2 });

  expect(trace?.steps[0]?.condition?.of).toHaveLength(1);
  expect(trace?.steps[1]).toEqual({ type: "rollout", outcome: "not_reached" });
});

test("shows what a percentage and a split hashed, the bucket and what it was held against", () => {
  const hashing = { salt: "s", stickiness: "teamId" };
  const rules = [
    { id: "p", condition: true, serve: { ...hashing, type: "percentage", variant: "on", buckets: 0 } },
    {
      id: "u",
      condition: true,
      serve: { ...hashing, type: "percentage", variant: "on", buckets: 1, stickiness: "none" },
    },
    { id: "s", condition: true, serve: { ...hashing, type: "split", slices: [["off", 0, 100_000]] } },
  ] as const;

  const { trace } = explain(rulesetWith([toggleWith({ rules })]), "cart", { teamId: 42 });

  const seen = { stickiness: "teamId", value: "42", salt: "s", hash: "b1" };
  expect(trace?.steps).toEqual([
    {
      ...{ type: "rule", id: "p", outcome: "passed_on" },
      serve: {
        type: "percentage",
        ...seen,
        domain: "rollout",
        bucket: bucketOf("s", "rollout", "42"),
        threshold: 0,
      },
    },
    {
      ...{ type: "rule", id: "u", outcome: "passed_on", note: "the context has no value of 'none' to hash" },
      serve: {
        type: "percentage",
        stickiness: "none",
        salt: "s",
        hash: "b1",
        domain: "rollout",
        threshold: 1,
      },
    },
    {
      ...{ type: "rule", id: "s", outcome: "served" },
      serve: {
        ...{ type: "split", ...seen, domain: "variant", bucket: bucketOf("s", "variant", "42") },
        ...{ slice: ["off", 0, 100_000], variant: "off" },
      },
    },
  ]);
});

test("shows prerequisites, targets and segments on the way", () => {
  const inBeta = { kind: "segment", key: "beta" } as const;
  const toggles = [
    toggleWith({ key: "base", rules: [{ id: "r", condition: inBeta, serve: on }] }),
    toggleWith({ prerequisites: [{ toggle: "base", variants: ["on"] }], targets: { on: ["ada"] } }),
  ];
  const segments = {
    beta: segmentWith({ include: ["eve"], condition: condition("region == 'IN'") }),
  };
  const ruleset = rulesetWith(toggles, { segments });

  const { trace } = explain(ruleset, "cart", { userId: "ada", region: "IN" });
  const { trace: unmet } = explain(ruleset, "cart", { region: "US" });

  const prerequisite = trace?.steps[0]?.prerequisite;
  expect(trace?.steps[0]).toMatchObject({ type: "prerequisite", outcome: "met" });
  expect(prerequisite).toMatchObject({ toggle: "base", expected: ["on"], actual: "on" });
  expect(prerequisite?.trace?.steps[0]?.condition).toEqual({
    ...{ text: "segment('beta')", outcome: true },
    segment: {
      ...{
        segment: "beta",
        stickiness: "userId",
        id: "ada",
        isIncluded: false,
        isExcluded: false,
        outcome: true,
      },
      condition: { text: "region == 'IN'", outcome: true, actual: "IN", expected: "IN" },
    },
  });
  expect(trace?.steps[1]).toEqual({
    ...{ type: "targets", outcome: "served" },
    serve: { type: "target", stickiness: "userId", value: "ada", variant: "on" },
  });
  expect(unmet?.steps).toMatchObject([
    {
      outcome: "not_met",
      prerequisite: { actual: "off", trace: { steps: [{ condition: { outcome: "unknown" } }] } },
    },
    { outcome: "not_reached" },
  ]);
  expect(unmet?.decision).toMatchObject({ reason: "DISABLED", note: "prerequisite 'base' is not met" });
});

test("shows the lists beside the ruleset that a segment looked into", () => {
  const { ruleset, list } = readEvaluations("packed-segments");
  const { includeList: big, excludeList: staff } = ruleset.segments?.but ?? {};

  const listed = segmentOf(explain(ruleset, "but", { userId: "bo" }, { list }));
  const missing = segmentOf(explain(ruleset, "gone", { userId: "ada" }, { list }));

  expect(listed).toEqual({
    ...{ segment: "but", stickiness: "userId", id: "bo", isIncluded: true, isExcluded: true, outcome: false },
    includeList: { ...big, outcome: true },
    excludeList: { ...staff, outcome: true },
  });
  expect(missing).toMatchObject({
    includeList: { hash: "0".repeat(64), count: 5, outcome: "unknown" },
    outcome: "unknown",
    reason: `the list ${"0".repeat(64)} is not there`,
  });
});

function segmentOf({ trace }: ReturnType<typeof explain>) {
  return trace?.steps[0]?.condition?.segment;
}

test("cuts a trace that grows past its bound, and values that are long, but not the evaluation", () => {
  const items = Array.from({ length: 3_000 }, (_, at) => at);
  const isThere: Expression = {
    ...{ kind: "macro", name: "exists", variable: "t" },
    over: { kind: "attribute", name: "tags" },
    body: {
      kind: "binary",
      op: "==",
      left: { kind: "variable", name: "t" },
      right: { kind: "double", value: 2_999 },
    },
  };
  const rules: readonly RulesetRule[] = [
    { id: "long", condition: { kind: "or", of: [condition("name == 'x'"), isThere] }, serve: on },
  ];
  const ruleset = rulesetWith([toggleWith({ rules })]);
  const context = { name: "x".repeat(5_000), tags: items };

  const explanation = explain(ruleset, "cart", context);

  expect(explanation.evaluation).toEqual(prepare(ruleset).evaluate("cart", context));
  expect(explanation.isCut).toBe(true);
  expect(JSON.stringify(explanation).length).toBeLessThan(500_000);
  expect(explanation.trace?.steps[0]?.condition?.of?.[0]?.actual).toBe(`${"x".repeat(200)}…`);
});

test("shows no more of large values than there is room for, though each entry is noted", () => {
  const wide = Array.from({ length: 10 }, (_, at) => `${"x".repeat(300)}${at}`);
  const deep = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => wide));
  const text = Array.from({ length: 300 }, () => "deep == other").join(" || ");
  const ruleset = rulesetWith([toggleWith({ rules: [{ id: "r1", condition: condition(text), serve: on }] })]);

  const explanation = explain(ruleset, "cart", { deep, other: 1 });

  expect(explanation.isCut).toBe(true);
  expect(JSON.stringify(explanation).length).toBeLessThan(3_000_000);
  expect(explanation.trace?.steps[0]?.condition?.of).toHaveLength(300);
});

test("takes no longer for a long list that a macro asks of each item", () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `'user-${at}'`).join(",");
  const none = condition(`!tags.exists(tag, tag in [${ids}])`);
  const ruleset = rulesetWith([toggleWith({ rules: [{ id: "r1", condition: none, serve: on }] })]);
  const tags = Array.from({ length: 1_000 }, (_, at) => `tag-${at}`);
  const started = performance.now();

  const { evaluation, trace } = explain(ruleset, "cart", { tags });

  expect([evaluation.value, trace?.steps[0]?.outcome]).toEqual([true, "served"]);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("spends no more on showing, all in all, than an evaluation may", () => {
  const costly = "size(tags.filter(t, tags.exists(other, other == t && other != 'x'))) == 0";
  const ruleset = rulesetWith([
    toggleWith({ rules: [{ id: "r1", condition: condition(`${costly} || ${costly}`), serve: on }] }),
  ]);
  const tags = Array.from({ length: 150 }, (_, at) => `tag-${at}`);

  const { trace, isCut } = explain(ruleset, "cart", { tags });
  const [first, second] = trace?.steps[0]?.condition?.of ?? [];

  expect([first?.actual, second?.actual, isCut]).toEqual([150, undefined, true]);
});

test("looks at what stands deep in a condition as often as it shows it", () => {
  let looks = 0;
  const last = Object.defineProperty({ kind: "attribute", name: "x" }, "kind", {
    enumerable: true,
    get: () => {
      looks++;
      return "attribute";
    },
  }) as Expression;
  const deep = Array.from({ length: 90 }).reduce<Expression>((inner) => {
    return { kind: "and", of: [...Array<Expression>(9).fill(true), inner] };
  }, last);

  explain(rulesetWith([toggleWith({ rules: [{ id: "r1", condition: deep, serve: on }] })]), "cart", {});

  expect(looks).toBeLessThan(200);
});

test("has no trace of a toggle that is not there, or of a context that is none", () => {
  const ruleset = rulesetWith([toggleWith({ rollout: on })]);

  expect(explain(ruleset, "constructor", {})).not.toHaveProperty("trace");
  expect(explain(ruleset, "cart", asContext("ada"))).not.toHaveProperty("trace");
});

test("keeps what was asked before the context threw", () => {
  const rules = [{ id: "r1", condition: condition("region == 'IN'"), serve: on }];
  const hostile = Object.defineProperty({}, "userId", {
    enumerable: true,
    get: () => {
      throw new Error("hostile");
    },
  });
  const rollout = { type: "percentage", variant: "on", buckets: 1, salt: "s", stickiness: "userId" } as const;

  const { evaluation, trace } = explain(
    rulesetWith([toggleWith({ rules, rollout })]),
    "cart",
    asContext(hostile),
  );

  expect(evaluation.errorCode).toBe("INVALID_CONTEXT");
  expect(trace?.steps).toMatchObject([{ outcome: "no_match" }, { outcome: "not_reached" }]);
  expect(trace).not.toHaveProperty("decision");
});

/** Callers without types pass what they like. */
function asContext(context: unknown): EvaluationContext {
  return context as EvaluationContext;
}
