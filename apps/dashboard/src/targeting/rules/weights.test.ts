import fc from "fast-check";
import { expect, test } from "vitest";
import { sumOf } from "../outcome/compile-draft.ts";
import { lackOf, type Weights, withWeight } from "./weights.ts";

test("keeps the sum at 100 to the thousandth, whatever is moved", () => {
  const moves = fc.array(
    fc.tuple(fc.constantFrom("a", "b", "c"), fc.double({ min: -5, max: 120, noNaN: true })),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(moves, (all) => {
      const weights = all.reduce((now: Weights, [variant, value]) => withWeight(now, variant, value, true), {
        a: 34,
        b: 33,
        c: 33,
      });

      expect(sumOf(weights)).toBe(100_000);
      expect(Object.values(weights).every((value) => value >= 0)).toBe(true);
    }),
  );
});

test("takes from the others in proportion to what they have", () => {
  expect(withWeight({ a: 10, b: 60, c: 30 }, "a", 40, true)).toEqual({ a: 40, b: 40, c: 20 });
});

test("says what is lacking while the sum is not locked", () => {
  expect(lackOf(withWeight({ a: 50, b: 50 }, "a", 20.5, false))).toBe(29.5);
});
