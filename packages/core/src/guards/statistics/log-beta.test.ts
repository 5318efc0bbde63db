import { expect, test } from "vitest";
import { logBeta, logBetaAbove, logGamma } from "./log-beta.ts";

test("the gamma function of whole numbers is their factorial", () => {
  let factorial = 1;
  for (let n = 1; n <= 100; n += 1) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 9);
    factorial *= n;
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
});

test.each([
  [0.5, 3, 3],
  [0.01, 5, 200],
  [0.99, 40, 2],
  [0.3, 1, 1],
  [0.9, 60, 40],
])("beyond %d a beta variable of %d and %d is as likely as the binomial sum says", (x, a, b) => {
  expect(logBetaAbove(x, a, b)).toBeCloseTo(Math.log(binomialUpTo(a - 1, a + b - 1, x)), 8);
});

test("probabilities below what a double holds keep their logarithm", () => {
  const log = logBetaAbove(0.9, 10, 100_000);

  expect(log).toBeLessThan(-200_000);
  expect(log).toBeCloseTo(
    10 * Math.log(0.9) + 100_000 * Math.log(0.1) - Math.log(100_000) - logBeta(10, 100_000),
    -1,
  );
});

/** At most `most` of `of`. */
function binomialUpTo(most: number, of: number, share: number): number {
  let sum = 0;
  for (let hits = 0; hits <= most; hits += 1) {
    const ways = -Math.log(of + 1) - logBeta(hits + 1, of - hits + 1);
    sum += Math.exp(ways + hits * Math.log(share) + (of - hits) * Math.log1p(-share));
  }
  return sum;
}
