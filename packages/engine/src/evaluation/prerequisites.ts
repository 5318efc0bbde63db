import { EVALUATION_LIMITS } from "../limits.ts";
import type { Prerequisite } from "../ruleset/ruleset.ts";
import type { Decision } from "./decision.ts";
import type { Chooser } from "./strategies/strategy.ts";
import { decisionBy } from "./toggle-run.ts";

/** Decides `unmet` unless the other toggle serves one of the variants to the same context. */
export function compilePrerequisite({ toggle, variants }: Prerequisite, unmet: Decision): Chooser {
  const wanted = new Set(variants);
  return (context, run) => {
    const decide = run.surroundings.toggle(toggle);
    if (!decide) return unmet;
    if (run.toggleDepth === EVALUATION_LIMITS.toggleDepth || !run.spend(EVALUATION_LIMITS.entryUnits)) {
      run.isCutOff = true;
      return unmet;
    }
    run.toggleDepth++;
    const { variant } = decisionBy(decide, context, run);
    run.toggleDepth--;
    run.note = undefined; // what the other toggle passed over is said where that one is asked
    return wanted.has(variant) && !run.isCutOff ? undefined : unmet;
  };
}
