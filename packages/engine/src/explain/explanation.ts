/** How an evaluation came to its answer, as JSON: each thing that was asked, in order, with what it saw. */
import type { Evaluation, Reason } from "../evaluation/evaluation.ts";
import type { JsonValue } from "../ruleset/ruleset.ts";

export interface Explanation {
  /** What `evaluate` answers for the same toggle, context and moment. */
  readonly evaluation: Evaluation;
  /** The moment that `now` stood for; NaN where the clock threw. */
  readonly nowMs: number;
  /** Absent where nothing was asked: there is no such toggle, or the context is none. */
  readonly trace?: ToggleTrace;
  /** Present where the trace was cut at its bound; the evaluation was not. */
  readonly isCut?: true;
}

export interface ToggleTrace {
  readonly toggle: string;
  readonly enabled: boolean;
  /** Prerequisites, targets, rules, rollout. */
  readonly steps: readonly StepTrace[];
  /** Absent where the context threw on the way. */
  readonly decision?: DecisionTrace;
}

export interface DecisionTrace {
  readonly variant: string;
  readonly reason: Reason;
  readonly ruleId?: string;
  readonly note?: string;
}

/**
 * `met` and `not_met` are of prerequisites. `no_match`: the condition is false or unknown. `passed_on`: matched, but this context is
 * not served, or (then `note` says why) could not be asked.
 */
export type StepOutcome = "met" | "not_met" | "served" | "no_match" | "passed_on" | "not_reached";

export interface StepTrace {
  readonly type: "prerequisite" | "targets" | "rule" | "rollout";
  /** A rule's id. */
  readonly id?: string;
  readonly outcome: StepOutcome;
  readonly note?: string;
  readonly prerequisite?: PrerequisiteTrace;
  /** Absent where a rule matches everyone. */
  readonly condition?: ConditionTrace;
  readonly serve?: ServeTrace;
}

export interface PrerequisiteTrace {
  readonly toggle: string;
  readonly expected: readonly string[];
  /** The variant that the other toggle serves; absent where it was not asked. */
  readonly actual?: string;
  readonly trace?: ToggleTrace;
}

export interface ConditionTrace {
  /** The condition as people write it, or its beginning. */
  readonly text: string;
  /** `value` is of what is neither true nor false, and is no error, as what `map` makes. */
  readonly outcome: boolean | "unknown" | "value";
  /** Why the outcome is unknown. */
  readonly reason?: string;
  /** What a comparison or a test was given; absent where that is missing. */
  readonly actual?: JsonValue;
  /** What it was compared with. */
  readonly expected?: JsonValue;
  /** The parts that were asked, in order. */
  readonly of?: readonly ConditionTrace[];
  readonly segment?: SegmentTrace;
}

export interface SegmentTrace {
  readonly segment: string;
  readonly stickiness: string;
  /** What was looked up in the lists; absent where the context has no value. */
  readonly id?: string;
  readonly isIncluded: boolean;
  readonly isExcluded: boolean;
  /** Lists that travel beside the ruleset, where the segment has them. */
  readonly includeList?: ListTrace;
  readonly excludeList?: ListTrace;
  readonly outcome: boolean | "unknown";
  readonly reason?: string;
  /** Absent where a list decided. */
  readonly condition?: ConditionTrace;
}

export interface ListTrace {
  readonly hash: string;
  readonly count: number;
  /** Whether the id is in it; "unknown" where the list is not there, or the context has no value. */
  readonly outcome: boolean | "unknown";
}

/** Of `percentage` and `split`: what was hashed, into which bucket, and what the bucket was held against. */
export interface ServeTrace {
  readonly type: string;
  readonly stickiness?: string;
  /** The text that was hashed or looked up; absent where the context has no value. */
  readonly value?: string;
  readonly salt?: string;
  readonly domain?: string;
  readonly hash?: string;
  readonly bucket?: number;
  /** Of a percentage: buckets below it are served. */
  readonly threshold?: number;
  /** Of a split: the slice that holds the bucket. */
  readonly slice?: readonly [variant: string, from: number, to: number];
  /** What was served. */
  readonly variant?: string;
}
