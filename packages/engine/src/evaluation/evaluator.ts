import type { Ruleset, RulesetSegment, RulesetToggle } from "../ruleset/ruleset.ts";
import type { Compiled, CompileMatches, FindList, Library } from "../values/run.ts";
import { type Attributes, isPlain, own, readContext } from "./context.ts";
import type { Decision } from "./decision.ts";
import type { ErrorCode, Evaluation, EvaluationContext } from "./evaluation.ts";
import { missingList } from "./missing-list.ts";
import { EXCEEDED } from "./text-reader.ts";
import {
  type AskedToggle,
  type CompiledToggle,
  decisionBy,
  ToggleRun,
  type ToggleSurroundings,
} from "./toggle-run.ts";

/** Answers for one ruleset. Never throws, whatever the key and the context. */
export interface Evaluator {
  readonly ruleset: Ruleset;
  /**
   * Pure in the ruleset, the context and the moment `nowMs`, which the clock gives where it is absent.
   * The answer may be a frozen object shared between calls.
   */
  evaluate(toggleKey: string, context?: EvaluationContext, nowMs?: number): Evaluation;
  /** Every toggle of the ruleset, in its order, at one moment. */
  evaluateAll(context?: EvaluationContext, nowMs?: number): Evaluation[];
}

/** What the evaluations of a ruleset are given from outside it. */
export interface PrepareOptions {
  /** The meaning of `matches` (`@burgee/engine/matches` has one); without it, a condition that calls it errs. */
  readonly matches?: CompileMatches | undefined;
  /** What conditions may call beyond the functions that every evaluation has (`@burgee/engine/library`). */
  readonly library?: Library | undefined;
  /** The lists that travel beside the ruleset (`listsNeeded` names them); a segment whose list is not there is an error. */
  readonly list?: FindList | undefined;
  /** The clock behind `now`, in milliseconds since 1970; the runtime's own where absent. While it throws, `now` is an error. */
  readonly nowMs?: (() => number) | undefined;
}

/** An evaluator of what `compileToggle` and `compileSegment` make of the ruleset's parts, each when it is first asked. */
export function createEvaluator(
  ruleset: Ruleset,
  { matches, library, list, nowMs: clock }: PrepareOptions,
  compileToggle: (toggle: RulesetToggle) => CompiledToggle,
  compileSegment: (segment: RulesetSegment) => Compiled,
): Evaluator {
  const toggles = finder(ruleset.toggles, (toggle): ReadyToggle => {
    const decide = compileToggle(toggle);
    return {
      toggle,
      decide,
      only: typeof decide === "object" ? evaluationOf(decide) : undefined,
      evaluations: [],
    };
  });
  const surroundings: ToggleSurroundings = {
    toggle: toggles,
    segment: finder(ruleset.segments ?? {}, compileSegment),
    matches,
    library,
    list,
    nowMs: () => momentBy(clock),
  };
  /** Taken while an evaluation is under way: a context may evaluate when it is read. */
  let idle: ToggleRun | undefined;

  function evaluate(key: string, context?: EvaluationContext, nowMs?: number): Evaluation {
    const ready = toggles(key);
    if (!ready) return failed(key, "FLAG_NOT_FOUND", "The ruleset has no toggle of this key.");
    try {
      const attributes = readContext(context);
      if (attributes) return ready.only ?? decided(ready, attributes, nowMs);
    } catch {
      // The context threw: a proxy or a getter of the caller's.
    }
    return failed(key, "INVALID_CONTEXT", "The context is no object, or threw when it was read.");
  }

  function decided({ decide, evaluations }: ReadyToggle, attributes: Attributes, nowMs?: number): Evaluation {
    const run = idle ?? new ToggleRun();
    idle = undefined;
    run.begin(surroundings, nowMs, isPlain(attributes));
    const decision = decisionBy(decide, attributes, run);
    let evaluation = evaluations[decision.index];
    if (!evaluation) {
      evaluation = evaluationOf(decision);
      evaluations[decision.index] = evaluation;
    }
    const note = noteOf(run);
    idle = run;
    return note === undefined ? evaluation : { ...evaluation, note };
  }

  function evaluationOf({ answer }: Decision): Evaluation {
    return Object.freeze({ ...answer, revision: ruleset.revision });
  }

  function failed(key: string, errorCode: ErrorCode, errorMessage: string): Evaluation {
    const nothing = { value: undefined, variant: undefined, enabled: false, reason: "ERROR" } as const;
    return { key, ...nothing, revision: ruleset.revision, errorCode, errorMessage };
  }

  return {
    ruleset,
    evaluate,
    evaluateAll: (context, nowMs = momentBy(clock)) =>
      Object.keys(ruleset.toggles).map((key) => evaluate(key, context, nowMs)),
  };
}

/** What the clock says; of one that throws, no moment that there is. */
export function momentBy(clock = Date.now): number {
  try {
    return clock();
  } catch {
    return Number.NaN;
  }
}

/** A list that is missing comes first: it says that the answer may be another once it is there. */
function noteOf({ note, missingList: list, isExceeded }: ToggleRun): string | undefined {
  if (list !== undefined) return `${PASSED_OVER}${missingList(list)}`;
  return note ?? (isExceeded ? `${PASSED_OVER}${EXCEEDED}` : undefined);
}

const PASSED_OVER = "a condition was passed over: ";

interface ReadyToggle extends AskedToggle {
  /** Of a toggle that decides the same for everyone. */
  readonly only: Evaluation | undefined;
  /** By the index of their decision, each made when first needed: most evaluations allocate nothing. */
  readonly evaluations: Evaluation[];
}

/**
 * Finds what `make` makes of a part, made when first asked for. Callers without types pass keys of any kind, and one that is
 * an object could throw on its way to a text.
 */
function finder<Part, Made>(
  parts: Readonly<Record<string, Part>>,
  make: (part: Part) => Made,
): (key: unknown) => Made | undefined {
  const made = new Map<unknown, Made>();
  return (key) => {
    const known = made.get(key);
    if (known) return known;
    const part = typeof key === "string" ? own(parts, key) : undefined;
    if (part === undefined) return undefined;
    const fresh = make(part);
    made.set(key, fresh);
    return fresh;
  };
}
