import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { condition, rulesetWith, toggleWith } from "../../test/rulesets.ts";
import vectors from "../../vectors/evaluations.json" with { type: "json" };
import { applyPatch } from "../ruleset/apply-patch.ts";
import { readRuleset } from "../ruleset/read-ruleset.ts";
import type { Ruleset, Serve } from "../ruleset/ruleset.ts";
import type { EvaluationContext } from "./evaluation.ts";
import { prepare } from "./prepare.ts";

describe("the vectors", () => {
  const evaluator = prepare(mustRead(vectors.ruleset));

  test.each(vectors.cases)("$title", ({ toggle, context, expected }) => {
    const { errorMessage, ...evaluation } = evaluator.evaluate(toggle, asContext(context));

    expect(evaluation).toEqual(expected);
    expect(errorMessage === undefined).toBe(!("errorCode" in expected));
  });
});

const tenPercent = {
  type: "percentage",
  variant: "on",
  buckets: 10_000,
  salt: "s1",
  stickiness: "userId",
} as const;

test("takes in about the asked share, and drops nobody while it grows", () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => `user-${at}`);
  const served = (buckets: number) => {
    const { evaluate } = prepare(rulesetWith([toggleWith({ rollout: { ...tenPercent, buckets } })]));
    return new Set(ids.filter((userId) => evaluate("cart", { userId }).enabled));
  };
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), (one, other) => {
      const [fewer, more] = [served(Math.min(one, other)), served(Math.max(one, other))];

      expect([...fewer].every((userId) => more.has(userId))).toBe(true);
      expect(Math.abs(more.size / ids.length - Math.max(one, other) / 100_000)).toBeLessThan(0.02);
    }),
    { numRuns: 20 },
  );
}, 30_000);

test.each([
  [0, false],
  [40_700, false],
  [40_701, true],
  [100_000, true],
])("serves a user in bucket 40,700 of %i: %s", (buckets, enabled) => {
  const rollout = { ...tenPercent, salt: "checkout-1", buckets };
  const { evaluate } = prepare(rulesetWith([toggleWith({ rollout })]));

  expect(evaluate("cart", { userId: "eve" }).enabled).toBe(enabled);
});

test("asks the next rule when a percentage passes on", () => {
  const rules = [
    { id: "none", condition: true, serve: { ...tenPercent, buckets: 0 } },
    { id: "all", condition: condition("region == 'IN'"), serve: { type: "variant", variant: "on" } },
  ] as const;

  const { evaluate } = prepare(rulesetWith([toggleWith({ rules })]));

  expect(evaluate("cart", { userId: "ada", region: "IN" })).toMatchObject({ ruleId: "all", enabled: true });
  expect(evaluate("cart", { userId: "ada", region: "US" })).toMatchObject({
    reason: "DEFAULT",
    enabled: false,
  });
});

test("goes on after a rule without a value to hash, and keeps the first note", () => {
  const rules = [
    { id: "a", condition: true, serve: { ...tenPercent, stickiness: "accountId" } },
    { id: "b", condition: condition("region == 'IN'"), serve: { type: "variant", variant: "on" } },
    { id: "c", condition: true, serve: { ...tenPercent, stickiness: "teamId" } },
  ] as const;
  const { evaluate } = prepare(rulesetWith([toggleWith({ rules })]));

  const evaluation = evaluate("cart", { userId: "ada" });

  expect(evaluation).toMatchObject({ reason: "DEFAULT", note: expect.stringContaining("rule 'a'") });
});

test("evaluates every toggle in the ruleset's order", () => {
  const evaluator = prepare(rulesetWith([toggleWith({ key: "b" }), toggleWith({ key: "a" })]));

  expect(evaluator.evaluateAll({}).map(({ key }) => key)).toEqual(["b", "a"]);
});

test("carries the revision of the ruleset it was prepared from, and shares unchanged answers", () => {
  const ruleset = rulesetWith([toggleWith(), toggleWith({ key: "other" })]);
  const patch = { schema: 1, epoch: "e1", from: 1, to: 2, changes: { other: null } } as const;
  const patched = applyPatch(ruleset, patch);
  const before = prepare(ruleset);
  const after = prepare(patched.ok ? patched.ruleset : ruleset);

  expect(before.evaluate("cart", {})).toBe(before.evaluate("cart", {}));
  expect(before.evaluate("cart", {}).revision).toBe(1);
  expect(after.evaluate("cart", {}).revision).toBe(2);
  expect(after.evaluate("other", {}).errorCode).toBe("FLAG_NOT_FOUND");
});

test("serves nothing for a variant that is not there", () => {
  const { evaluate } = prepare(rulesetWith([toggleWith({ defaultVariant: "constructor" })]));

  expect(evaluate("cart", {}).value).toBeUndefined();
});

test.each([null, undefined])("takes %s for the empty context", (context) => {
  const { evaluate } = prepare(rulesetWith([toggleWith({ rollout: tenPercent })]));

  expect(evaluate("cart", asContext(context))).toMatchObject({ reason: "DEFAULT", enabled: false });
});

const hostile: readonly [string, unknown][] = [
  ["a text", "ada"],
  ["a number", 1],
  ["a list", []],
  ["a function", () => "ada"],
  ["a getter that throws", Object.defineProperty({}, "userId", { enumerable: true, get: throwing })],
  [
    "a proxy that throws",
    new Proxy({}, { get: throwing, getOwnPropertyDescriptor: throwing, has: throwing }),
  ],
  ["a revoked proxy", revoked()],
];

test.each(hostile)("answers INVALID_CONTEXT for %s", (_title, context) => {
  const { evaluate } = prepare(rulesetWith([toggleWith({ rollout: tenPercent })]));

  expect(evaluate("cart", asContext(context))).toMatchObject({
    reason: "ERROR",
    errorCode: "INVALID_CONTEXT",
    value: undefined,
    enabled: false,
  });
});

test.each([{ toString: false }, Symbol("cart"), undefined, null, ["cart"]])(
  "knows no toggle of the key %o",
  (key) => {
    const { evaluate } = prepare(rulesetWith([toggleWith()]));

    expect(evaluate(asKey(key), {})).toMatchObject({ reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
  },
);

test("never throws, whatever the toggle and the context", () => {
  const serve: fc.Arbitrary<Serve> = fc.constantFrom<Serve>({ type: "variant", variant: "on" }, tenPercent);
  const rule = fc.record({ id: fc.string(), condition: expressions, serve });
  const context = fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom("a", "b", "region", "userId"), fc.anything()),
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), context, fc.anything(), (rules, attributes, key) => {
      const evaluator = prepare(rulesetWith([toggleWith({ rules, rollout: tenPercent })]));

      const evaluations = [
        evaluator.evaluate("cart", asContext(attributes)),
        evaluator.evaluate(asKey(key), {}),
        ...evaluator.evaluateAll(asContext(attributes)),
      ];

      expect(evaluations.every(({ reason }) => typeof reason === "string")).toBe(true);
    }),
    { numRuns: 2_000 },
  );
}, 30_000);

test("compares a context that holds itself without an end", () => {
  const cycle: Record<string, unknown> = { userId: "ada" };
  cycle.self = cycle;
  const other: Record<string, unknown> = { userId: "ada" };
  other.self = other;
  const rules = [
    { id: "r1", condition: condition("a == b"), serve: { type: "variant", variant: "on" } },
  ] as const;
  const { evaluate } = prepare(rulesetWith([toggleWith({ rules })]));

  expect(evaluate("cart", asContext({ a: cycle, b: other })).enabled).toBe(false);
});

function mustRead(json: unknown): Ruleset {
  const read = readRuleset(json);
  if (!read.ok) throw new Error(read.error.message);
  return read.ruleset;
}

/** Callers without types pass what they like. */
function asContext(context: unknown): EvaluationContext {
  return context as EvaluationContext;
}

function asKey(key: unknown): string {
  return key as string;
}

function throwing(): never {
  throw new Error("hostile");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test("shares one budget between the rules of a toggle, says when it is exceeded, and begins anew the next time", () => {
  const serve = { type: "variant", variant: "on" } as const;
  const costly = condition("size(s + s + s + s) == 0");
  const rules = [
    ...Array.from({ length: 9 }, (_, at) => ({ id: `r${at}`, condition: costly, serve })),
    { id: "charged", condition: condition("size(s) == 8192"), serve },
    { id: "free", condition: condition("region == 'IN'"), serve },
  ];
  const { evaluate } = prepare(rulesetWith([toggleWith({ rules })]));

  const exceeding = evaluate("cart", { s: "a".repeat(8_192), region: "IN" });
  const next = evaluate("cart", { s: "a", region: "IN" });

  expect(exceeding).toMatchObject({
    ruleId: "free",
    enabled: true,
    note: expect.stringMatching(/100000 units/),
  });
  expect(next).not.toHaveProperty("note");
});

test("passes over a rollout whose long value the budget no longer pays", () => {
  const rules = [
    { id: "r1", condition: condition("size(s + s + s + s + s) == 0"), serve: { ...tenPercent, buckets: 0 } },
    { id: "r2", condition: true, serve: { ...tenPercent, buckets: 100_000 } },
  ] as const;
  const { evaluate } = prepare(rulesetWith([toggleWith({ rules })]));
  const served = (userId: string) => evaluate("cart", { userId, s: "a".repeat(8_192) });

  expect(served("ada")).toMatchObject({ ruleId: "r2", note: expect.stringMatching(/100000 units/) });
  expect(served("a".repeat(8_192))).toMatchObject({
    reason: "DEFAULT",
    note: expect.stringMatching(/^rule 'r2'/),
  });
});
