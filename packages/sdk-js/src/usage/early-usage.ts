import type { Evaluation, EvaluationContext } from "@burgee/engine";

/** What was counted and tracked before there was someone to send it. */
export interface EarlyUsage {
  /** How often each answer was served, and how often a fallback in its place. */
  readonly answers: Map<Evaluation, { served: number; failed: number }>;
  readonly events: [name: unknown, context: EvaluationContext | undefined, value: unknown, at: Date][];
  /** For want of room. */
  readonly dropped: { evaluations: number; events: number };
}
