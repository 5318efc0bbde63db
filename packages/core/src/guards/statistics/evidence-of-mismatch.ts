/**
 * Evidence that two arms which should be of one size are not: then something loses users of one of them, and comparing the rest says nothing.
 * Source: Lindon and Malek 2022, "Anytime-valid inference for multinomial count data": a Dirichlet mixture of multinomial likelihood ratios.
 */
import { logBeta } from "./log-beta.ts";

/** What is expected beforehand: a share within some percent of a half, which is how far a loss that goes unseen otherwise reaches. */
const PRIOR = 100;

/** The natural logarithm of the evidence; 0 without anybody. May be looked at at any time, as any evidence here. */
export function logEvidenceOfMismatch(one: number, other: number): number {
  return logBeta(PRIOR + one, PRIOR + other) - logBeta(PRIOR, PRIOR) + (one + other) * Math.LN2;
}
