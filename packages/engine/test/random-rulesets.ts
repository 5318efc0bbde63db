import fc from "fast-check";
import type { Expression, Prerequisite, Ruleset, RulesetToggle, Serve } from "../src/index.ts";
import { withWeights } from "../src/index.ts";
import { expressions } from "./expressions.ts";
import { rulesetWith, segmentWith, toggleWith } from "./rulesets.ts";

const keys = ["t0", "t1", "t2", "t3"];
const segmentKeys = ["s0", "s1", "constructor"];
const ids = fc.array(fc.constantFrom("a", "u1", "u2", "1"), { maxLength: 2 });

const segmentTest: fc.Arbitrary<Expression> = fc.record({
  kind: fc.constant("segment"),
  key: fc.constantFrom(...segmentKeys, "missing"),
});
const conditions: fc.Arbitrary<Expression> = fc.oneof(
  segmentTest,
  segmentTest.map((of): Expression => ({ kind: "unary", op: "!", of })),
  expressions,
);

const hashing = {
  salt: fc.constantFrom("s", "t"),
  stickiness: fc.constantFrom("userId", "teamId"),
};
const serves: fc.Arbitrary<Serve> = fc.oneof(
  fc.record({ type: fc.constant("variant"), variant: fc.constantFrom("on", "off") }),
  fc.record({
    type: fc.constant("percentage"),
    variant: fc.constant("on"),
    buckets: fc.nat(100_000),
    ...hashing,
  }),
  fc.record({
    type: fc.constant("split"),
    slices: fc.nat(100_000).map((on) => withWeights([], { on, off: Math.floor((100_000 - on) / 2) })),
    hash: fc.constantFrom("b1", "unleash", "newer"),
    ...hashing,
  }),
  fc.record({ type: fc.constant("target"), targets: fc.record({ on: ids }) }),
);

const prerequisites: fc.Arbitrary<readonly Prerequisite[]> = fc.array(
  fc.record({
    toggle: fc.constantFrom(...keys, "missing"),
    variants: fc.array(fc.constantFrom("on", "off"), { maxLength: 2 }),
  }),
  { maxLength: 2 },
);

function toggleOf(key: string): fc.Arbitrary<RulesetToggle> {
  const rule = fc.record({ id: fc.string({ minLength: 1 }), condition: conditions, serve: serves });
  return fc
    .record({
      enabled: fc.integer({ max: 9, min: 0 }).map((draw) => draw > 0),
      prerequisites,
      targets: fc.record({ on: ids, off: ids }),
      rules: fc.array(rule, { maxLength: 3 }),
      rollout: fc.option(serves),
    })
    .map((changes) => toggleWith({ key, ...changes }));
}

/** Rulesets of four toggles and three segments that ask one another, in cycles too. */
export const rulesets: fc.Arbitrary<Ruleset> = fc
  .record({
    toggles: fc.tuple(...keys.map(toggleOf)),
    segments: fc.tuple(
      ...segmentKeys.map((key) =>
        fc
          .record({ include: ids, exclude: ids, condition: fc.option(conditions) })
          .map((changes) => segmentWith({ key, ...changes })),
      ),
    ),
  })
  .map(({ toggles, segments }) =>
    rulesetWith(toggles, { segments: Object.fromEntries(segments.map((segment) => [segment.key, segment])) }),
  );
