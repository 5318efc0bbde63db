import fc from "fast-check";
import { expect, test } from "vitest";
import { rulesets } from "../../test/random-rulesets.ts";
import { rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import { wholeRun } from "../../test/whole-run.ts";
import { withWeights } from "../bucketing/slices.ts";
import { compileExpression } from "../expressions/compile-expression.ts";
import type { Expression } from "../language/expression.ts";
import type { Serve } from "../ruleset/ruleset.ts";
import { Failure } from "../values/failure.ts";
import { compileSegment } from "./compile-segment.ts";
import { plainCompiler } from "./compiler.ts";
import type { EvaluationContext } from "./evaluation.ts";
import { prepare } from "./prepare.ts";

const USERS = 100_000;
const hashing = { stickiness: "userId" } as const;

test.each([
  ["checkout", 0.5],
  ["checkout", 10],
  ["8f2c1e7a", 33.3],
  ["8f2c1e7a", 99],
])("serves of 100,000 users by the salt %s %d % within half a point", (salt, percent) => {
  const serve = { ...hashing, type: "percentage", variant: "on", buckets: percent * 1_000, salt } as const;

  expect(Math.abs((countServed(serve).get("on") ?? 0) / 1_000 - percent)).toBeLessThan(0.5);
});

test.each(["b1", "unleash"])(
  "splits 100,000 users by the hash %s within half a point of the weights",
  (hash) => {
    const weights = { a: 10_000, b: 25_000, c: 33_300, d: 31_700 };
    const edited = withWeights(withWeights([], { a: 50_000, b: 50_000 }), weights);

    for (const salt of ["s1", "8f2c1e7a"]) {
      const counts = countServed({ ...hashing, type: "split", slices: edited, salt, hash });
      for (const [variant, weight] of Object.entries(weights)) {
        expect(Math.abs((counts.get(variant) ?? 0) - weight) / 1_000).toBeLessThan(0.5);
      }
    }
  },
);

test("keeps everyone's variant but of those whom an edit of weights moves", () => {
  const before = withWeights([], { a: 50_000, b: 50_000 });
  const after = withWeights(before, { c: 10_000, b: 50_000, a: 40_000 });
  const served = (slices: Serve) => servedOf(slices);

  const [old, now] = [before, after].map((slices) =>
    served({ ...hashing, type: "split", slices, salt: "s" }),
  );

  const moved = (old ?? [])
    .map((variant, user) => [variant, now?.[user]])
    .filter(([one, other]) => one !== other);
  expect(new Set(moved.map((pair) => pair.join()))).toEqual(new Set(["a,c"]));
  expect(Math.abs(moved.length / 1_000 - 10)).toBeLessThan(0.5);
});

/** Some that are rare among all, and yet another matter: they have no text to hash, or that of another number. */
const numbers = fc.constantFrom(
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  -0,
  1e21,
  10n,
);
const values = fc.oneof(fc.constantFrom("a", "b", "1", "", 1, true, null, "IN"), numbers, fc.anything());
const ids = fc.array(fc.constantFrom("a", "b", "1", "true"), { maxLength: 2 });
const conditions = fc.constantFrom<Expression>(
  true,
  false,
  "text",
  { kind: "attribute", name: "missing" },
  { kind: "binary", op: "==", left: { kind: "attribute", name: "region" }, right: "IN" },
);

test("answers for a segment as its formula does", () => {
  const isIn = (list: readonly string[]): Expression => ({
    ...{ kind: "binary", op: "in", left: { kind: "attribute", name: "id" } },
    right: { kind: "list", items: list },
  });
  fc.assert(
    fc.property(
      ids,
      ids,
      fc.option(conditions),
      values,
      values,
      (include, exclude, condition, id, region) => {
        const segment = segmentWith({ include, exclude, condition, stickiness: "id" });
        const included: Expression = {
          kind: "or",
          of: [...(include.length > 0 ? [isIn(include)] : []), condition ?? false],
        };
        const parts: Expression[] =
          exclude.length > 0 ? [{ kind: "unary", op: "!", of: isIn(exclude) }, included] : [included];
        const formula = compileExpression({ kind: "and", of: parts });
        const hashed =
          typeof id === "number" ? Number.isFinite(id) : /^(string|boolean|bigint)$/.test(typeof id);
        const text = hashed && id !== "" ? { id: String(id) } : {};

        const answer = compileSegment(segment, plainCompiler)({ id, region }, wholeRun());

        expect(comparable(answer)).toBe(comparable(formula({ ...text, region }, wholeRun())));
      },
    ),
    { numRuns: 3_000 },
  );
});

test("never throws and always answers, whatever the ruleset, the context and the moment", () => {
  const contexts = fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom("a", "b", "region", "userId", "teamId", "__proto__"), values),
  );
  fc.assert(
    fc.property(rulesets, contexts, fc.double(), (ruleset, context, nowMs) => {
      const evaluator = prepare(ruleset);

      const evaluations = evaluator.evaluateAll(asContext(context), nowMs);

      expect(evaluations.map(({ key }) => key)).toEqual(["t0", "t1", "t2", "t3"]);
      expect(evaluations.every(({ value, reason }) => (value === undefined) === (reason === "ERROR"))).toBe(
        true,
      );
      expect(evaluator.evaluateAll(asContext(context), nowMs)).toEqual(evaluations);
    }),
    { numRuns: 1_500 },
  );
}, 60_000);

function servedOf(serve: Serve): readonly string[] {
  const variants = Object.fromEntries(["a", "b", "c", "d", "on", "none"].map((name) => [name, name]));
  const toggle = toggleWith({
    kind: "string",
    variants,
    offVariant: "none",
    defaultVariant: "none",
    rollout: serve,
  });
  const { evaluate } = prepare(rulesetWith([toggle]));
  return Array.from(
    { length: USERS },
    (_, user) => evaluate("cart", { userId: `user-${user}` }).variant ?? "",
  );
}

function countServed(serve: Serve): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const variant of servedOf(serve)) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  return counts;
}

function comparable(value: unknown): unknown {
  return value instanceof Failure ? "failure" : value;
}

/** Callers without types pass what they like. */
function asContext(context: unknown): EvaluationContext {
  return context as EvaluationContext;
}
