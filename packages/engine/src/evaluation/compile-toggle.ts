import { compileExpression } from "../expressions/compile-expression.ts";
import type { Compiled } from "../expressions/compiled.ts";
import type { RulesetToggle, VariantValue } from "../ruleset/ruleset.ts";
import { BUDGET_EXCEEDED, Run } from "../values/run.ts";
import type { Attributes } from "./context.ts";
import type { Reason } from "./evaluation.ts";
import { compileServe } from "./strategies/compile-serve.ts";
import { type Chooser, PassedOn } from "./strategies/strategy.ts";

/** One of the answers that a toggle can give, made when it is compiled. */
export interface Decision {
  readonly variant: string;
  readonly value: VariantValue | undefined;
  readonly enabled: boolean;
  readonly reason: Reason;
  readonly ruleId?: string;
}

/** A decision, with the note of the first serve before it that could not be asked. */
export interface NotedDecision {
  readonly decision: Decision;
  readonly note: string;
}

/** Decides one toggle for one context. Throws only what the context's own getters throw. */
export type CompiledToggle = (context: Attributes) => Decision | NotedDecision;

/**
 * The closures of a toggle. They hold nothing of the ruleset around it, so that an unchanged toggle keeps them from one
 * revision to the next; a toggle is never changed in place.
 */
export function compileToggle(toggle: RulesetToggle): CompiledToggle {
  const known = compiled.get(toggle);
  if (known) return known;

  const made = toggle.enabled
    ? compileEnabled(toggle)
    : always(decide(toggle, toggle.offVariant, "DISABLED"));
  compiled.set(toggle, made);
  return made;
}

const compiled = new WeakMap<RulesetToggle, CompiledToggle>();

interface Step {
  /** `undefined` for the toggle's rollout, which asks no condition. */
  readonly condition: Compiled | undefined;
  readonly choose: Chooser<Decision>;
  readonly name: string;
}

function compileEnabled(toggle: RulesetToggle): CompiledToggle {
  const steps = compileSteps(toggle);
  if (steps.length === 0) return always(decide(toggle, toggle.defaultVariant, "STATIC"));

  const fallthrough = decide(toggle, toggle.defaultVariant, "DEFAULT");
  const run = new Run();
  return (context) => {
    run.begin(run.surroundings);
    const decided = ask(steps, context, run, fallthrough);
    return run.isExceeded && !("note" in decided) ? { decision: decided, note: EXCEEDED } : decided;
  };
}

const EXCEEDED = `a condition was passed over: ${BUDGET_EXCEEDED.message}`;

function ask(
  steps: readonly Step[],
  context: Attributes,
  run: Run,
  fallthrough: Decision,
): Decision | NotedDecision {
  let note: string | undefined;
  for (const step of steps) {
    if (step.condition && step.condition(context, run) !== true) continue;
    const chosen = step.choose(context, run);
    if (chosen instanceof PassedOn) note ??= `${step.name} was passed over: ${chosen.note}`;
    else if (chosen) return withNote(chosen, note);
  }
  return withNote(fallthrough, note);
}

function withNote(decision: Decision, note: string | undefined): Decision | NotedDecision {
  return note === undefined ? decision : { decision, note };
}

function compileSteps(toggle: RulesetToggle): readonly Step[] {
  const steps: Step[] = toggle.rules.map(({ id, condition, serve }) => ({
    condition: condition === true ? undefined : compileExpression(condition),
    choose: compileServe(serve, (variant) =>
      decide(toggle, variant, serve.type === "variant" ? "TARGETING_MATCH" : "SPLIT", id),
    ),
    name: `rule '${id}'`,
  }));
  if (!toggle.rollout) return steps;

  const choose = compileServe(toggle.rollout, (variant) => decide(toggle, variant, "SPLIT"));
  return [...steps, { condition: undefined, choose, name: "the rollout" }];
}

function decide(toggle: RulesetToggle, variant: string, reason: Reason, ruleId?: string): Decision {
  const value = Object.hasOwn(toggle.variants, variant) ? toggle.variants[variant] : undefined;
  const enabled = typeof value === "boolean" ? value : variant !== toggle.offVariant;
  return { variant, value, enabled, reason, ...(ruleId === undefined ? {} : { ruleId }) };
}

function always(decision: Decision): CompiledToggle {
  return () => decision;
}
