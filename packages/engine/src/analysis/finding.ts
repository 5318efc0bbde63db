import type { EvaluationContext } from "../evaluation/evaluation.ts";

/** `proved` holds for every context; `possible` may be so; `unknown` was too much work to tell. */
export type Verdict = "proved" | "possible" | "unknown";

export type FindingCode =
  /** A rule's condition (or a segment's) never holds. */
  | "never_matches"
  /** A part of a condition never holds. */
  | "contradiction"
  /** A rule's condition holds for everyone, and does not say so. */
  | "always_matches"
  /** What a rule or the rollout would serve, earlier ones serve. */
  | "shadowed"
  /** A rule or the rollout matches, and then serves nobody. */
  | "serves_nobody"
  /** Who meets the prerequisites gets to the rule never; or nothing shows that anyone does. */
  | "never_serves"
  | "unused_variant"
  /** A split leaves buckets to nobody, which it passes on. */
  | "split_gap"
  | "split_overlap"
  /** The other toggle is not there, or never serves what is asked of it, so that this one is off. */
  | "prerequisite_unmet"
  | "prerequisite_cycle"
  | "missing_segment"
  | "undeclared_attribute"
  /** Nobody gets to the default. */
  | "unreachable_default";

/** Where in a ruleset. */
export interface Place {
  readonly toggle?: string;
  readonly segment?: string;
  readonly ruleId?: string;
  /** The rule's place among its toggle's, from 0. */
  readonly ruleIndex?: number;
  readonly isRollout?: true;
  /** The part of the condition that is meant, as text. */
  readonly part?: string;
  readonly variant?: string;
  /** The key of the other toggle. */
  readonly prerequisite?: string;
}

export interface Finding {
  readonly code: FindingCode;
  readonly verdict: Verdict;
  readonly place: Place;
  /** One sentence for people. */
  readonly message: string;
  /** The ids of the rules that come before. */
  readonly by?: readonly string[];
}

/** Whether a rule, the rollout or the default ever decides. */
export interface Reach {
  readonly place: Place;
  /**
   * `reachable` comes with a witness; `unreachable` is proved; `possible` is neither, and `unknown` was too much work to tell.
   */
  readonly verdict: "reachable" | "unreachable" | "possible" | "unknown";
  /** A context for which the engine was seen to decide so, at the moment of the analysis. */
  readonly witness?: EvaluationContext;
}

export interface Analysis {
  readonly findings: readonly Finding[];
  readonly reach: readonly Reach[];
}
