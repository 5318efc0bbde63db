/**
 * Evidence against "this share is at most so large" that may be looked at after every single user, for ever.
 *
 * The evidence is a mixture of likelihood ratios: of each share above the bound against the bound itself, weighted by a beta distribution. Where the
 * true share is at the bound or below, it is a non-negative supermartingale that starts at 1, so that by Ville's inequality it ever reaches
 * `1 / rate` in at most that rate of all cases. Whoever stops at that value errs no more often than asked, whenever and however often they look.
 *
 * Sources: Wald 1945 and Robbins 1970 (mixtures of sequential likelihood ratios); Lindon and Malek 2022, "Anytime-valid inference for multinomial
 * count data" (counts that come in batches, at rates that change); Ramdas and others 2023 (e-processes and their one-sided mixtures).
 */
import { logBeta, logBetaAbove } from "./log-beta.ts";

/** Of so many, so many. */
export interface Counted {
  readonly hits: number;
  readonly of: number;
}

/**
 * What is expected beforehand, as surely as if five hits had been seen: twice the odds of the bound. Of two arms that is one which fails twice as
 * often as it may.
 */
const PRIOR_HITS = 5;

/** The natural logarithm of the evidence that a share in (0, 1) is exceeded; 0 while no more than that were seen, which speaks for nothing. */
export function logEvidenceAbove(bound: number, { hits, of }: Counted): number {
  if (of <= 0 || hits <= bound * of) return 0;
  if (bound <= 0) return Number.POSITIVE_INFINITY;

  const misses = of - hits;
  const centre = (2 * bound) / (1 + bound);
  const [a, b] = [PRIOR_HITS, (PRIOR_HITS * (1 - centre)) / centre];
  const alternatives = logBeta(a + hits, b + misses) + logBetaAbove(bound, a + hits, b + misses);
  const beforehand = logBeta(a, b) + logBetaAbove(bound, a, b);
  return alternatives - beforehand - hits * Math.log(bound) - misses * Math.log1p(-bound);
}
