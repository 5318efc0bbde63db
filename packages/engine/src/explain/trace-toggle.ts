import { compileToggle } from "../evaluation/compile-toggle.ts";
import type { Step, StepSource } from "../evaluation/compiler.ts";
import type { Decision } from "../evaluation/decision.ts";
import { type CompiledToggle, decisionBy } from "../evaluation/toggle-run.ts";
import type { RulesetToggle } from "../ruleset/ruleset.ts";
import type { DecisionTrace, StepTrace, ToggleTrace } from "./explanation.ts";
import type { Recorder, Writing } from "./recorder.ts";
import { traceCondition } from "./trace-condition.ts";
import { traceStep } from "./trace-step.ts";

/** A toggle that notes its steps and its decision: the same closures as in an evaluation, each with a note around it. */
export function traceToggle(toggle: RulesetToggle, recorder: Recorder): CompiledToggle {
  const sources: StepSource[] = [];
  const decide = compileToggle(toggle, {
    compile: (condition) => traceCondition(condition, recorder),
    step: (step: Step, source) => {
      sources.push(source);
      return traceStep(step, source, recorder);
    },
  });

  return (context, run) => {
    const { steps: outerSteps, prerequisite: asker, condition } = recorder;
    const steps = sources.filter(() => recorder.take()).map((source) => [source, newStep(source)] as const);
    const trace: Writing<ToggleTrace> = {
      toggle: toggle.key,
      enabled: toggle.enabled,
      steps: steps.map(([, step]) => step),
    };
    if (asker?.prerequisite) asker.prerequisite = { ...asker.prerequisite, trace };
    else recorder.root ??= trace;

    recorder.steps = new Map(steps);
    recorder.prerequisite = undefined;
    recorder.condition = undefined;
    const decision = decisionBy(decide, context, run);
    recorder.steps = outerSteps;
    recorder.prerequisite = asker;
    recorder.condition = condition;

    trace.decision = decisionTrace(decision);
    return decision;
  };
}

function newStep(source: StepSource): Writing<StepTrace> {
  if ("condition" in source) return { type: "rule", id: source.id, outcome: "not_reached" };
  if ("toggle" in source) {
    const prerequisite = { toggle: source.toggle, expected: source.variants };
    return { type: "prerequisite", outcome: "not_reached", prerequisite };
  }
  return { type: source.type === "target" ? "targets" : "rollout", outcome: "not_reached" };
}

function decisionTrace({ variant, answer: { reason, ruleId, note } }: Decision): DecisionTrace {
  return { variant, reason, ...(ruleId !== undefined && { ruleId }), ...(note !== undefined && { note }) };
}
