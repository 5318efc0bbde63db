/** Between which values a share lies, at every moment at once. */
import { type Counted, logEvidenceAbove } from "./evidence-above.ts";

const HALVINGS = 50;

/**
 * The largest bound that the share is proven to exceed. Over all moments together it lies above the true share in at most `rate` of all cases.
 * Source: the sequence of what a sequential test has not rejected (Howard and others 2021, "Time-uniform, nonparametric, nonasymptotic confidence
 * sequences").
 */
export function shareAtLeast(counted: Counted, rate: number): number {
  const needed = -Math.log(rate);
  if (counted.hits === 0 || counted.of === 0) return 0;
  let [proven, open] = [0, counted.hits / counted.of];
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (proven + open) / 2;
    if (logEvidenceAbove(middle, counted) >= needed) proven = middle;
    else open = middle;
  }
  return proven;
}

/** The same from above. */
export function shareAtMost({ hits, of }: Counted, rate: number): number {
  return 1 - shareAtLeast({ hits: of - hits, of }, rate);
}
