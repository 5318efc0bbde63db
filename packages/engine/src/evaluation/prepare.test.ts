import fc from "fast-check";
import { expect, test } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import type { Expression } from "../language/expression.ts";
import { applyPatch } from "../ruleset/apply-patch.ts";
import type { Ruleset, Serve } from "../ruleset/ruleset.ts";
import type { EvaluationContext } from "./evaluation.ts";
import { prepareWhole as prepare } from "./prepare-whole.ts";

const tenPercent = {
  type: "percentage",
  variant: "on",
  buckets: 10_000,
  salt: "s1",
  stickiness: "userId",
} as const;

const everyone = { ...tenPercent, buckets: 100_000 };
const inBeta = { kind: "segment", key: "beta" } as const;

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

test("compiles a toggle and a segment once, whatever the revision, and edited ones anew", () => {
  let compiled = 0;
  const counting = <Part extends object>(part: Part, field: keyof Part): Part =>
    Object.defineProperty({ ...part }, field, {
      enumerable: true,
      get: () => {
        compiled++;
        return part[field];
      },
    });
  const toggle = counting(
    toggleWith({ rules: [{ id: "r1", condition: inBeta, serve: { type: "variant", variant: "on" } }] }),
    "rules",
  );
  const segments = { beta: counting(segmentWith({ include: ["ada"] }), "include") };
  const evaluate = (ruleset: Ruleset) => prepare(ruleset).evaluate("cart", { userId: "ada" }).enabled;

  const before = evaluate(rulesetWith([toggle], { segments }));
  const next = evaluate(rulesetWith([toggle], { segments, revision: 2 }));
  const without = evaluate(rulesetWith([toggle], { segments: { beta: segmentWith() }, revision: 3 }));

  expect([before, next, without]).toEqual([true, true, false]);
  expect(compiled).toBe(2);
});

test("keeps an evaluation apart from those that its context's getters begin", () => {
  const costly = condition("size(s + s + s + s + s + s) == 0");
  const on = { type: "variant", variant: "on" } as const;
  const toggles = [
    toggleWith({ key: "inner", rules: Array(9).fill({ id: "r", condition: costly, serve: on }) }),
    toggleWith({ rules: [{ id: "r1", condition: condition("region == 'IN' && plan == 'pro'"), serve: on }] }),
    toggleWith({ key: "outer", prerequisites: [{ toggle: "cart", variants: ["on"] }], rollout: everyone }),
  ];
  const { evaluate } = prepare(rulesetWith(toggles));
  const inner: unknown[] = [];
  const context = {
    userId: "ada",
    plan: "pro",
    get region() {
      inner.push(evaluate("outer", { region: "US" }).note, evaluate("inner", { s: "a".repeat(8_192) }).note);
      return "IN";
    },
  };

  const evaluations = [evaluate("cart", context), evaluate("outer", context)];

  expect(evaluations).toMatchObject([{ enabled: true }, { enabled: true, reason: "SPLIT" }]);
  expect(evaluations.some((evaluation) => "note" in evaluation)).toBe(false);
  expect(inner).toEqual(
    Array(2)
      .fill([expect.stringMatching(/not met/), expect.stringMatching(/100000 units/)])
      .flat(),
  );
});

test("goes on after a context that threw in the middle of a prerequisite", () => {
  const toggles = [
    toggleWith({
      key: "base",
      rules: [{ id: "r", condition: condition("region == 'IN'"), serve: everyone }],
    }),
    toggleWith({ prerequisites: [{ toggle: "base", variants: ["on"] }], defaultVariant: "on" }),
  ];
  const { evaluate } = prepare(rulesetWith(toggles));
  const hostile = Object.defineProperty({ userId: "ada" }, "region", { enumerable: true, get: throwing });

  const answers = Array.from({ length: 12 }, () => evaluate("cart", asContext(hostile)).errorCode);

  expect(answers).toEqual(Array(12).fill("INVALID_CONTEXT"));
  expect(evaluate("cart", { userId: "ada", region: "IN" }).enabled).toBe(true);
});

test("ends where prerequisites or segments ask one another many times over", () => {
  const keys = Array.from({ length: 10 }, (_, at) => `t${at}`);
  const toggles = keys.map((key, at) =>
    toggleWith({
      key,
      prerequisites: Array(8).fill({ toggle: `t${at + 1}`, variants: ["on"] }),
      rules: [
        {
          id: "r",
          condition: { kind: "unary", op: "!", of: { kind: "segment", key: "s0" } },
          serve: everyone,
        },
      ],
      defaultVariant: "on",
    }),
  );
  const deep = Array.from({ length: 5 }, (_, at) => [
    `s${at}`,
    segmentWith({
      key: `s${at}`,
      condition: { kind: "or", of: Array(100).fill({ kind: "segment", key: `s${at + 1}` }) },
    }),
  ]);
  const segments = Object.fromEntries([...deep, ["s5", segmentWith({ key: "s5" })]]);
  const { evaluate } = prepare(
    rulesetWith([...toggles, toggleWith({ key: "t10", defaultVariant: "on" })], { segments }),
  );

  expect(evaluate("t0", { userId: "ada" })).toMatchObject({
    reason: "DISABLED",
    note: expect.stringMatching(/100000 units/),
  });
});

test("takes the moment that is given, else the clock's, asked once for all toggles", () => {
  const noon = Date.parse("2027-01-15T12:00:00Z");
  const isAfternoon: Expression = {
    ...{ kind: "binary", op: ">=", left: { kind: "now" } },
    right: { kind: "call", name: "timestamp", args: ["2027-01-15T12:00:00Z"] },
  };
  const rules = [{ id: "r", condition: isAfternoon, serve: everyone }];
  const toggles = [toggleWith({ rules }), toggleWith({ key: "menu", rules })];
  let clock = noon - 2;
  const nowMs = () => ++clock;
  const { evaluate, evaluateAll } = prepare(rulesetWith(toggles), { nowMs });
  const ada = { userId: "ada" };

  expect([evaluate("cart", ada, noon), evaluate("cart", ada, noon - 1)]).toMatchObject([
    { enabled: true },
    { enabled: false },
  ]);
  expect(evaluateAll(ada).map(({ enabled }) => enabled)).toEqual([false, false]);
  expect(evaluate("cart", ada).enabled).toBe(true);
  expect(evaluateAll(ada, noon - 1).map(({ enabled }) => enabled)).toEqual([false, false]);
});

test("freezes the JSON that it serves", () => {
  const variants = { on: { sizes: [1, { unit: "px" }] }, off: null };
  const { evaluate } = prepare(rulesetWith([toggleWith({ kind: "json", variants, defaultVariant: "on" })]));

  const { value } = evaluate("cart", {});

  expect(value).toEqual({ sizes: [1, { unit: "px" }] });
  expect(Object.isFrozen(variants.on.sizes[1])).toBe(true);
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

/** On by region, on by id: both ways to read an attribute. */
const readers = prepare(
  rulesetWith([
    toggleWith({
      key: "region",
      rules: [{ id: "r", condition: condition("region == 'IN'"), serve: { type: "variant", variant: "on" } }],
    }),
    toggleWith({ key: "id", targets: { on: ["ada"] } }),
  ]),
);
const attributes = { region: "IN", userId: "ada" };

class Visitor {
  region = "IN";
  get userId() {
    return "ada";
  }
}

test.each<[string, object, readonly boolean[]]>([
  ["an object", attributes, [true, true]],
  ["an object without a prototype", Object.assign(Object.create(null), attributes), [true, true]],
  ["an object that inherits all", Object.create(attributes), [false, false]],
  ["an object of a class, whose getters are inherited", new Visitor(), [true, false]],
  [
    "an object with getters of its own",
    {
      get region() {
        return "IN";
      },
      get targetingKey() {
        return "ada";
      },
    },
    [true, true],
  ],
])("reads the own properties of %s", (_what, context, expected) => {
  expect(readers.evaluateAll(asContext(context)).map(({ enabled }) => enabled)).toEqual(expected);
});

test("takes nothing from what is put on all objects", () => {
  const everyObject: Record<string, unknown> = Object.prototype as never;
  Object.assign(everyObject, attributes);
  const evaluations = readers.evaluateAll({});
  for (const name of Object.keys(attributes)) delete everyObject[name];

  expect(evaluations.map(({ enabled }) => enabled)).toEqual([false, false]);
});

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

test("passes over targets whose long id the budget does not pay", () => {
  const { evaluate } = prepare(rulesetWith([toggleWith({ targets: { on: ["ada"] } })]));

  expect(evaluate("cart", { userId: "a".repeat(100_001) })).toMatchObject({
    reason: "DEFAULT",
    note: expect.stringMatching(/^targets was passed over: .*100000 units/),
  });
});
