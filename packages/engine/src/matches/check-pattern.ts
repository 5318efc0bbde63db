import { WRITE_LIMITS } from "../limits.ts";
import type { Failure } from "../values/failure.ts";
import { patternOf } from "./patterns.ts";

/** What is wrong with a pattern; `undefined` for one that `matches` takes. */
export function checkPattern(pattern: string): string | undefined {
  const { failure } = patternOf(pattern);
  return failure && String(failure.operands[0]);
}

/**
 * As {@link checkPattern} for all patterns of one save: beyond what they may take together, each counted once, they are refused unseen.
 */
export function patternChecker(units: number = WRITE_LIMITS.patternUnits): typeof checkPattern {
  const taken = new Set<string>();
  let left = units;
  return (pattern) => {
    if (!taken.has(pattern)) {
      left -= patternOf(pattern).units;
      if (left < 0) return "all patterns of one change together would take too long to compile";
      taken.add(pattern);
    }
    return checkPattern(pattern);
  };
}

/** Whether a pattern of RE2 is found in a text, without an evaluation around it. */
export function isFound(text: string, pattern: string): boolean | Failure {
  return patternOf(pattern).isFoundIn(text);
}
