import fc from "fast-check";
import { expect, test } from "vitest";
import { rulesetWith, toggleWith } from "../../test/rulesets.ts";
import { readVectors } from "../../test/vectors.ts";
import { readRuleset, type Slice } from "../index.ts";
import { BUCKETS } from "./bucket.ts";
import { type Weights, withWeights } from "./slices.ts";

interface WeightVector {
  readonly title: string;
  readonly slices: readonly Slice[];
  readonly weights: Weights;
  readonly expected: readonly Slice[];
}

test.each(readVectors("weights") as readonly WeightVector[])("$title", ({ slices, weights, expected }) => {
  expect(withWeights(slices, weights)).toEqual(expected);
});

const names = ["a", "b", "c", "d", "e", "__proto__"];
const weights = fc
  .array(fc.oneof(fc.nat(30_000), fc.nat(3), fc.constant(0)), {
    minLength: names.length,
    maxLength: names.length,
  })
  .filter((parts) => sum(parts) <= BUCKETS)
  .map((parts) => new Map(names.map((name, at) => [name, parts[at] ?? 0] as const)));
const edits = fc.array(weights, { minLength: 2, maxLength: 12 });

test("gives every variant its weight, in slices that a reader takes", () => {
  fc.assert(
    fc.property(edits, (history) => {
      const slices = replay(history);

      expect(totals(slices)).toEqual(
        new Map([...(history.at(-1) ?? [])].filter(([, weight]) => weight > 0).sort()),
      );
      expect(isReadable(slices)).toBe(true);
    }),
  );
}, 60_000);

test("moves no bucket more than the weights ask for", () => {
  fc.assert(
    fc.property(edits, (history) => {
      const before = replay(history.slice(0, -1));
      const after = withWeights(before, Object.fromEntries(history.at(-1) ?? []));

      const [old, now] = [totals(before), totals(after)];
      const changes = names.map((name) => (now.get(name) ?? 0) - (old.get(name) ?? 0));
      const grown = sum(changes.filter((change) => change > 0));
      const lost = -sum(changes.filter((change) => change < 0));
      expect(movedBuckets(before, after)).toBe(Math.max(grown, lost));
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("moves nobody when variants are reordered, or added without a weight", () => {
  fc.assert(
    fc.property(edits, fc.array(fc.nat()), (history, order) => {
      const before = replay(history);
      const same = [...(history.at(-1) ?? []), ["f", 0] as const];
      const shuffled = same.sort((_, [name]) => ((order[names.indexOf(name)] ?? 0) % 3) - 1);

      expect(withWeights(before, Object.fromEntries(shuffled))).toEqual(before);
    }),
  );
}, 60_000);

test("answers the same for weights in any order", () => {
  fc.assert(
    fc.property(edits, (history) => {
      const before = replay(history.slice(0, -1));
      const last = [...(history.at(-1) ?? [])];

      expect(withWeights(before, Object.fromEntries(last.reverse()))).toEqual(replay(history));
    }),
  );
}, 60_000);

test("adds at most one slice or gap for each variant that an edit changes, and few in the long run", () => {
  fc.assert(
    fc.property(fc.array(weights, { minLength: 100, maxLength: 100 }), (history) => {
      let slices: readonly Slice[] = [];
      for (const edit of history) {
        const next = withWeights(slices, Object.fromEntries(edit));
        const changed = names.filter(
          (name) => (totals(next).get(name) ?? 0) !== (totals(slices).get(name) ?? 0),
        );
        expect(partsOf(next)).toBeLessThanOrEqual(partsOf(slices) + changed.length);
        slices = next;
      }
      expect(slices.length).toBeLessThan(60);
    }),
    { numRuns: 20 },
  );
}, 60_000);

test.each<[Weights, string]>([
  [{ a: -1 }, "The weight of 'a' is -1; it must be a whole number from 0."],
  [{ a: 0.5 }, "The weight of 'a' is 0.5; it must be a whole number from 0."],
  [{ a: 1, b: Number.NaN }, "The weight of 'b' is NaN; it must be a whole number from 0."],
  [{ a: 60_000, b: 40_001 }, "The weights sum to 100001; at most 100000 buckets are there."],
])("refuses the weights %o: %s", (refused, message) => {
  expect(() => withWeights([], refused)).toThrow(new RangeError(message));
});

function replay(history: readonly ReadonlyMap<string, number>[]): readonly Slice[] {
  return history.reduce<readonly Slice[]>(
    (slices, edit) => withWeights(slices, Object.fromEntries(edit)),
    [],
  );
}

function totals(slices: readonly Slice[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [variant, from, to] of slices) found.set(variant, (found.get(variant) ?? 0) + to - from);
  return new Map([...found].sort());
}

/** Slices, and the gaps between and around them. */
function partsOf(slices: readonly Slice[]): number {
  const ends = [0, ...slices.map(([, , to]) => to)];
  const starts = [...slices.map(([, from]) => from), BUCKETS];
  return slices.length + starts.filter((start, at) => start > (ends[at] ?? 0)).length;
}

function movedBuckets(before: readonly Slice[], after: readonly Slice[]): number {
  const [old, now] = [variantsOf(before), variantsOf(after)];
  return old.filter((variant, bucket) => variant !== now[bucket]).length;
}

function variantsOf(slices: readonly Slice[]): readonly (string | undefined)[] {
  const variants = Array<string | undefined>(BUCKETS).fill(undefined);
  for (const [variant, from, to] of slices) variants.fill(variant, from, to);
  return variants;
}

function isReadable(slices: readonly Slice[]): boolean {
  const variants = Object.fromEntries(["off", ...names].map((name) => [name, name]));
  const rollout = { type: "split", slices, salt: "s", stickiness: "userId" } as const;
  return readRuleset(rulesetWith([toggleWith({ kind: "string", variants, defaultVariant: "off", rollout })]))
    .ok;
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
