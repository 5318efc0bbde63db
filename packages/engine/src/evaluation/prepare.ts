import type { Ruleset } from "../ruleset/ruleset.ts";
import { compileSegment } from "./compile-segment.ts";
import { compileToggle } from "./compile-toggle.ts";
import { type Compiler, plainCompiler } from "./compiler.ts";
import { createEvaluator, type Evaluator, type PrepareOptions } from "./evaluator.ts";

/**
 * Makes a ruleset ready to evaluate. Toggles and segments are compiled when first asked, and one that another prepared
 * ruleset shares (as after `applyPatch`) is not compiled again. The ruleset must not change afterwards.
 */
export function prepare(ruleset: Ruleset, options: PrepareOptions = {}): Evaluator {
  return createEvaluator(ruleset, options, keptToggle, keptSegment);
}

const keptToggle = kept(compileToggle);
const keptSegment = kept(compileSegment);

/** `compile`, once for each part of a ruleset. */
function kept<Part extends object, Made>(
  compile: (part: Part, compiler: Compiler) => Made,
): (part: Part) => Made {
  const known = new WeakMap<Part, Made>();
  return (part) => {
    const made = known.get(part) ?? compile(part, plainCompiler);
    known.set(part, made);
    return made;
  };
}
