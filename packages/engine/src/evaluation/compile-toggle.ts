import type { RulesetToggle } from "../ruleset/ruleset.ts";
import type { Compiler, Step } from "./compiler.ts";
import type { Attributes } from "./context.ts";
import { type Decide, type Decision, decisionsOf } from "./decision.ts";
import { compilePrerequisite } from "./prerequisites.ts";
import { compileServe } from "./strategies/compile-serve.ts";
import type { ToggleRun } from "./toggle-run.ts";

/** Decides one toggle for one context, or is all that it can decide. Throws only what the context's own getters throw. */
export type CompiledToggle = Decision | ((context: Attributes, run: ToggleRun) => Decision);

/**
 * The closures of a toggle. They hold nothing of the ruleset around it, so that an unchanged toggle can keep them from one
 * revision to the next; a toggle is never changed in place.
 */
export function compileToggle(toggle: RulesetToggle, compiler: Compiler): CompiledToggle {
  const decide = decisionsOf(toggle);
  if (!toggle.enabled) return decide(toggle.offVariant, "DISABLED");

  const steps = compileSteps(toggle, decide, compiler);
  if (steps.length === 0) return decide(toggle.defaultVariant, "STATIC");

  const fallthrough = decide(toggle.defaultVariant, "DEFAULT");
  return (context, run) => {
    for (const { condition, choose, name } of steps) {
      if (condition && condition(context, run) !== true) continue;
      const chosen = choose(context, run);
      if (typeof chosen === "string") run.note ??= `${name} was passed over: ${chosen}`;
      else if (chosen) return chosen;
    }
    return fallthrough;
  };
}

function compileSteps(toggle: RulesetToggle, decide: Decide, { compile, step }: Compiler): readonly Step[] {
  const steps: Step[] = [];
  for (const prerequisite of toggle.prerequisites ?? []) {
    const name = `prerequisite '${prerequisite.toggle}'`;
    const unmet = decide(toggle.offVariant, "DISABLED", undefined, `${name} is not met`);
    steps.push(
      step({ condition: undefined, choose: compilePrerequisite(prerequisite, unmet), name }, prerequisite),
    );
  }
  if (toggle.targets) {
    const serve = { type: "target", targets: toggle.targets } as const;
    steps.push(step({ condition: undefined, choose: compileServe(serve, decide), name: "targets" }, serve));
  }
  for (const rule of toggle.rules) {
    const condition = rule.condition === true ? undefined : compile(rule.condition);
    const choose = compileServe(rule.serve, decide, rule.id);
    steps.push(step({ condition, choose, name: `rule '${rule.id}'` }, rule));
  }
  if (toggle.rollout) {
    const choose = compileServe(toggle.rollout, decide);
    steps.push(step({ condition: undefined, choose, name: "the rollout" }, toggle.rollout));
  }
  return steps;
}
