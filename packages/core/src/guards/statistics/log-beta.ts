/** The beta function and its incomplete integral as logarithms: with millions of users the numbers themselves leave what a double holds. */

const LANCZOS_G = 7;
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const MOST_TERMS = 20_000;
const PRECISION = 1e-14;
const TINY = 1e-300;

/** Of the gamma function at `x > 0`. Source: Lanczos 1964, with the coefficients of Godfrey (g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const at = x - 1;
  const sum = LANCZOS.reduce((total, each, index) => (index === 0 ? each : total + each / (at + index)), 0);
  const shifted = at + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}

/** Of the beta function at `a, b > 0`. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Of the probability that a beta variable of `a, b > 0` exceeds `x` in (0, 1). */
export function logBetaAbove(x: number, a: number, b: number): number {
  return logBetaBelow(1 - x, b, a);
}

/** Whichever side of the mean the point lies on, the smaller of the two probabilities is the one that is computed. */
function logBetaBelow(x: number, a: number, b: number): number {
  if (x < (a + 1) / (a + b + 2)) return logTail(x, a, b);
  return Math.log1p(-Math.min(Math.exp(logTail(1 - x, b, a)), 1 - Number.EPSILON));
}

/** Source: Press and others, Numerical Recipes, 6.4: a continued fraction by Lentz's method. */
function logTail(x: number, a: number, b: number): number {
  let c = 1;
  let d = reciprocal(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MOST_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = reciprocal(1 + even * d);
    c = kept(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = reciprocal(1 + odd * d);
    c = kept(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b) + Math.log(fraction);
}

function reciprocal(value: number): number {
  return 1 / kept(value);
}

function kept(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
