import { weigh } from "../expressions/weigh.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { Prerequisite } from "../ruleset/ruleset.ts";
import type { Decision } from "./decision.ts";
import type { Chooser } from "./strategies/strategy.ts";
import { type AskedToggle, decisionBy } from "./toggle-run.ts";

/** Decides `unmet` unless the other toggle serves one of the variants to the same context. */
export function compilePrerequisite({ toggle, variants }: Prerequisite, unmet: Decision): Chooser {
  const wanted = new Set(variants);
  return (context, run) => {
    const asked = run.surroundings.toggle(toggle);
    if (!asked) return unmet;
    asked.units ??= unitsOf(asked);
    if (run.toggleDepth === EVALUATION_LIMITS.toggleDepth || !run.spend(asked.units)) {
      run.isCutOff = true;
      return unmet;
    }
    run.toggleDepth++;
    const { variant } = decisionBy(asked.decide, context, run);
    run.toggleDepth--;
    run.note = undefined; // what the other toggle passed over is said where that one is asked
    return wanted.has(variant) && !run.isCutOff ? undefined : unmet;
  };
}

/** What it asks may be asked once for each toggle that asks for it; one that is the same for everyone asks nothing. */
function unitsOf({ decide, toggle: { rules, rollout } }: AskedToggle): number {
  const units = EVALUATION_LIMITS.entryUnits;
  return typeof decide === "object" ? units : units + weigh(rules) + weigh(rollout);
}
