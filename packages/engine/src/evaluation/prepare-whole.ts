import { library } from "../library/library.ts";
import type { Ruleset } from "../ruleset/ruleset.ts";
import type { Evaluator, PrepareOptions } from "./evaluator.ts";
import { prepare } from "./prepare.ts";

/** {@link prepare} with the library in it: all of the language but `matches`, which is an option. */
export function prepareWhole(ruleset: Ruleset, options: PrepareOptions = {}): Evaluator {
  return prepare(ruleset, { library, ...options });
}
