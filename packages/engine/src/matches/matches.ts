import { RE2JS, RE2JSException } from "re2js";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { patternSize } from "../values/pattern-size.ts";

/** Compiled patterns that are kept: those of a ruleset, and a few more. All go when one more would come. */
const KEPT_PATTERNS = 256;

const compiled = new Map<string, RE2JS | Failure>();

/**
 * Whether a pattern of RE2 is found in a text, as CEL's `matches` has it; a pattern that is none is a failure. In time
 * linear in the text. What `prepare` takes as the meaning of `matches`.
 */
export function matches(text: string, pattern: string): boolean | Failure {
  const found = compiled.get(pattern) ?? keep(pattern, compile(pattern));
  return found instanceof Failure ? found : found.test(text);
}

/** What is wrong with a pattern; `undefined` for one that `matches` takes. */
export function checkPattern(pattern: string): string | undefined {
  const made = compile(pattern);
  return made instanceof Failure ? String(made.operands[0]) : undefined;
}

function compile(pattern: string): RE2JS | Failure {
  if (
    pattern.length > EVALUATION_LIMITS.patternLength ||
    patternSize(pattern) > EVALUATION_LIMITS.patternSize
  ) {
    return new Failure("bad_pattern", "the pattern is too long, or repeats too much");
  }
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return new Failure("bad_pattern", error.message);
    throw error;
  }
}

function keep(pattern: string, made: RE2JS | Failure): RE2JS | Failure {
  if (compiled.size === KEPT_PATTERNS) compiled.clear();
  compiled.set(pattern, made);
  return made;
}
