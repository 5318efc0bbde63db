import type { Ruleset, RulesetToggle } from "../ruleset/ruleset.ts";
import type { Questions } from "./question.ts";
import type { Step } from "./toggle-formula.ts";

/** A context for which a step was seen to decide. */
export interface Rehearsed {
  readonly context: Record<string, unknown>;
}

/**
 * Tells whether the engine lets a step decide for a context, of the toggle as it is, or as it would be once enabled. Rules are
 * told apart by ids of their own, the rollout as one of them: ids as people wrote them may be the same.
 */
export function rehearsal(
  ruleset: Ruleset,
  toggle: RulesetToggle,
  questions: Questions,
): (source: Step["source"] | "default", context: Record<string, unknown>) => Rehearsed | undefined {
  const { rollout } = toggle;
  const last = rollout ? [{ id: "rollout", condition: true, serve: rollout }] : [];
  const rules = [...toggle.rules.map((rule, at) => ({ ...rule, id: String(at) })), ...last];
  const told: RulesetToggle = { ...toggle, enabled: true, rules, rollout: null };
  const evaluator = questions.evaluatorOf({
    ...ruleset,
    toggles: { ...ruleset.toggles, [toggle.key]: told },
  });
  const asIs = questions.evaluatorOf(ruleset);

  return (source, context) => {
    const { ruleId, reason, variant, note } = questions.evaluate(evaluator, told, context);
    // Who the lists hold is not known here, and would tell more.
    if (note?.includes("is not there")) return undefined;
    const isDefault = (reason === "DEFAULT" || reason === "STATIC") && ruleId === undefined;
    const decided = ruleId ?? (isDefault ? "default" : "");
    if (decided !== String(source) || note?.includes("units of work")) return undefined;
    const isSame = !toggle.enabled || questions.evaluate(asIs, toggle, context).variant === variant;
    return isSame ? { context } : undefined;
  };
}
