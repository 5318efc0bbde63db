import type { Step, StepSource } from "../evaluation/compiler.ts";
import type { Attributes } from "../evaluation/context.ts";
import type { Decision } from "../evaluation/decision.ts";
import type { Chooser } from "../evaluation/strategies/strategy.ts";
import type { ToggleRun } from "../evaluation/toggle-run.ts";
import type { Compiled } from "../values/run.ts";
import type { ConditionTrace, StepTrace } from "./explanation.ts";
import type { Recorder, Writing } from "./recorder.ts";
import { traceServe } from "./trace-serve.ts";

/** A step that notes whether its condition matched, and what it served. */
export function traceStep(step: Step, source: StepSource, recorder: Recorder): Step {
  return {
    ...step,
    condition: step.condition && tracedMatch(step.condition, source, recorder),
    choose: tracedChoice(step.choose, source, recorder),
  };
}

function tracedMatch(condition: Compiled, source: StepSource, recorder: Recorder): Compiled {
  return (context, run) => {
    const conditions: Writing<ConditionTrace> = { text: "", outcome: "unknown" };
    recorder.condition = conditions;
    const value = condition(context, run);
    recorder.condition = undefined;

    const trace = recorder.steps.get(source);
    const [seen] = conditions.of ?? [];
    if (trace && seen) trace.condition = seen;
    if (trace) trace.outcome = "no_match";
    return value;
  };
}

function tracedChoice(choose: Chooser, source: StepSource, recorder: Recorder): Chooser {
  return (context, run) => {
    const trace = recorder.steps.get(source);
    recorder.prerequisite = trace;
    const chosen = choose(context, run);
    recorder.prerequisite = undefined;
    if (trace) noteChoice(trace, chosen, source, context, run, recorder);
    return chosen;
  };
}

function noteChoice(
  trace: Writing<StepTrace>,
  chosen: Decision | string | undefined,
  source: StepSource,
  context: Attributes,
  run: ToggleRun,
  recorder: Recorder,
): void {
  if (typeof chosen === "string") trace.note = chosen;
  if (trace.prerequisite) {
    const actual = trace.prerequisite.trace?.decision?.variant;
    trace.outcome = chosen === undefined ? "met" : "not_met";
    trace.prerequisite = { ...trace.prerequisite, ...(actual !== undefined && { actual }) };
    return;
  }
  const isServed = typeof chosen === "object";
  trace.outcome = isServed ? "served" : "passed_on";
  if ("toggle" in source) return;
  const serve = "condition" in source ? source.serve : source;
  trace.serve = {
    ...traceServe(serve, context, run, recorder),
    ...(isServed && { variant: chosen.variant }),
  };
}
