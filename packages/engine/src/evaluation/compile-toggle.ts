import type { RulesetToggle, Serve } from "../ruleset/ruleset.ts";
import type { Compiled } from "../values/run.ts";
import type { Compiler, Step, StepSource } from "./compiler.ts";
import { type Decide, decisionsOf } from "./decision.ts";
import { compilePrerequisite } from "./prerequisites.ts";
import { compileServe } from "./strategies/compile-serve.ts";
import type { Chooser } from "./strategies/strategy.ts";
import type { CompiledToggle } from "./toggle-run.ts";

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
  const { prerequisites = [], targets, rules, rollout } = toggle;
  const steps: Step[] = [];
  const add = (source: StepSource, name: string, choose: Chooser, condition?: Compiled) =>
    steps.push(step({ condition, choose, name }, source));

  for (const prerequisite of prerequisites) {
    const name = `prerequisite '${prerequisite.toggle}'`;
    const unmet = decide(toggle.offVariant, "DISABLED", { note: `${name} is not met` });
    add(prerequisite, name, compilePrerequisite(prerequisite, unmet));
  }
  const asked: Serve | undefined = targets && { type: "target", targets };
  if (asked) add(asked, "targets", compileServe(asked, decide));
  for (const rule of rules) {
    const condition = rule.condition === true ? undefined : compile(rule.condition);
    add(rule, `rule '${rule.id}'`, compileServe(rule.serve, decide, { ruleId: rule.id }), condition);
  }
  if (rollout) add(rollout, "the rollout", compileServe(rollout, decide));
  return steps;
}
