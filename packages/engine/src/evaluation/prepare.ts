import type { Ruleset, RulesetToggle } from "../ruleset/ruleset.ts";
import { type CompiledToggle, compileToggle, type Decision, type NotedDecision } from "./compile-toggle.ts";
import { readContext } from "./context.ts";
import type { ErrorCode, Evaluation, EvaluationContext } from "./evaluation.ts";

/** Answers for one ruleset. Never throws, whatever the key and the context. */
export interface Evaluator {
  readonly ruleset: Ruleset;
  /** The answer may be a frozen object shared between calls. */
  evaluate(toggleKey: string, context?: EvaluationContext): Evaluation;
  /** Every toggle of the ruleset, in its order. */
  evaluateAll(context?: EvaluationContext): Evaluation[];
}

/**
 * Makes a ruleset ready to evaluate. Toggles are compiled when first asked, and a toggle that another prepared ruleset
 * shares (as after `applyPatch`) is not compiled again. The ruleset must not change afterwards.
 */
export function prepare(ruleset: Ruleset): Evaluator {
  const prepared = new Map<string, PreparedToggle>();

  function evaluate(toggleKey: string, context?: EvaluationContext): Evaluation {
    const ready = prepared.get(toggleKey);
    if (ready) return evaluateToggle(ready, context);

    const toggle = findToggle(ruleset, toggleKey);
    if (!toggle)
      return failed(ruleset, toggleKey, "FLAG_NOT_FOUND", "The ruleset has no toggle of this key.");
    const made = prepareToggle(ruleset, toggle);
    prepared.set(toggleKey, made);
    return evaluateToggle(made, context);
  }

  return {
    ruleset,
    evaluate,
    evaluateAll: (context) => Object.keys(ruleset.toggles).map((key) => evaluate(key, context)),
  };
}

/** Callers without types pass keys of any kind, and one that is an object could throw on its way to a text. */
function findToggle({ toggles }: Ruleset, key: unknown): RulesetToggle | undefined {
  return typeof key === "string" && Object.hasOwn(toggles, key) ? toggles[key] : undefined;
}

interface PreparedToggle {
  readonly ruleset: Ruleset;
  readonly toggle: RulesetToggle;
  readonly decide: CompiledToggle;
  /** One evaluation a decision, made when first needed: most evaluations allocate nothing. */
  readonly evaluations: Map<Decision, Evaluation>;
}

function prepareToggle(ruleset: Ruleset, toggle: RulesetToggle): PreparedToggle {
  return { ruleset, toggle, decide: compileToggle(toggle), evaluations: new Map() };
}

function evaluateToggle(prepared: PreparedToggle, context: unknown): Evaluation {
  const { ruleset, toggle } = prepared;
  try {
    const attributes = readContext(context);
    if (attributes) return evaluationOf(prepared, prepared.decide(attributes));
    return failed(ruleset, toggle.key, "INVALID_CONTEXT", "The context is not an object of attributes.");
  } catch {
    return failed(ruleset, toggle.key, "INVALID_CONTEXT", "The context threw when its attributes were read.");
  }
}

function evaluationOf(prepared: PreparedToggle, decided: Decision | NotedDecision): Evaluation {
  if ("note" in decided) return { ...evaluationOf(prepared, decided.decision), note: decided.note };

  const known = prepared.evaluations.get(decided);
  if (known) return known;
  const made = newEvaluation(prepared, decided);
  prepared.evaluations.set(decided, made);
  return made;
}

function newEvaluation({ ruleset, toggle }: PreparedToggle, decision: Decision): Evaluation {
  const { value, variant, enabled, reason, ruleId } = decision;
  return Object.freeze({
    key: toggle.key,
    value,
    variant,
    enabled,
    reason,
    ...(ruleId === undefined ? {} : { ruleId }),
    version: toggle.version,
    revision: ruleset.revision,
  });
}

function failed(ruleset: Ruleset, key: string, errorCode: ErrorCode, errorMessage: string): Evaluation {
  return {
    key,
    value: undefined,
    variant: undefined,
    enabled: false,
    reason: "ERROR",
    revision: ruleset.revision,
    errorCode,
    errorMessage,
  };
}
