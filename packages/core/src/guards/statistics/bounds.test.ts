import { expect, test } from "vitest";
import { classOf, edgeOf, quantileAtLeast, quantileAtMost, quantileOf } from "./quantile-bounds.ts";
import { shareAtLeast, shareAtMost } from "./share-bounds.ts";

test("a share lies between its bounds, which come closer with more users", () => {
  const width = (of: number) =>
    shareAtMost({ hits: of / 10, of }, 0.01) - shareAtLeast({ hits: of / 10, of }, 0.01);

  for (const users of [10, 100, 1_000, 100_000]) {
    expect(shareAtLeast({ hits: users / 10, of: users }, 0.01)).toBeLessThan(0.1);
    expect(shareAtMost({ hits: users / 10, of: users }, 0.01)).toBeGreaterThan(0.1);
  }
  expect(width(100)).toBeGreaterThan(width(1_000));
  expect(width(100_000)).toBeLessThan(0.01);
});

test("of nobody, a share may be anything", () => {
  expect([shareAtLeast({ hits: 0, of: 0 }, 0.01), shareAtMost({ hits: 0, of: 0 }, 0.01)]).toEqual([0, 1]);
});

test("a class holds what is at most 9 % below its edge", () => {
  for (const value of [0.002, 0.5, 1, 1.05, 99, 100, 123_456]) {
    expect(edgeOf(classOf(value))).toBeGreaterThanOrEqual(value * (1 - 1e-12));
    expect(edgeOf(classOf(value))).toBeLessThan(value * 1.0906);
  }
  expect(classOf(0)).toBe(classOf(1e-9));
  expect(classOf(1e300)).toBe(classOf(1e200));
});

test("a quantile lies between its bounds", () => {
  const histogram = new Map<number, number>();
  for (let value = 1; value <= 2_000; value += 1)
    histogram.set(classOf(value), (histogram.get(classOf(value)) ?? 0) + 1);

  expect(quantileOf(histogram, 0.95)).toBeGreaterThanOrEqual(1_900);
  expect(quantileOf(histogram, 0.95)).toBeLessThan(1_900 * 1.1);
  expect(quantileAtLeast(histogram, 0.95, 0.01)).toBeGreaterThan(1_500);
  expect(quantileAtLeast(histogram, 0.95, 0.01)).toBeLessThan(1_900);
  expect(quantileAtMost(histogram, 0.95, 0.01)).toBeGreaterThanOrEqual(1_900);
  expect(Number.isFinite(quantileAtMost(histogram, 0.95, 0.01))).toBe(true);
});

test("of no values nothing is known", () => {
  expect(quantileOf(new Map(), 0.95)).toBeUndefined();
  expect(quantileAtLeast(new Map(), 0.95, 0.01)).toBe(0);
  expect(quantileAtMost(new Map(), 0.95, 0.01)).toBe(Number.POSITIVE_INFINITY);
});
