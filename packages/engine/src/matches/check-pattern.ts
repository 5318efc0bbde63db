import type { Failure } from "../values/failure.ts";
import { patternOf } from "./patterns.ts";

/** What is wrong with a pattern; `undefined` for one that `matches` takes. */
export function checkPattern(pattern: string): string | undefined {
  const { failure } = patternOf(pattern);
  return failure && String(failure.operands[0]);
}

/** Whether a pattern of RE2 is found in a text, without an evaluation around it. */
export function isFound(text: string, pattern: string): boolean | Failure {
  return patternOf(pattern).isFoundIn(text);
}
