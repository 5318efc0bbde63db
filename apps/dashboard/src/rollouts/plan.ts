/** What the API tells of plans, by short names. */
import type { Inputs, Outputs } from "../api/trpc.ts";

export type Plan = Outputs["rollouts"]["list"][number];
export type PlanWithLog = Outputs["rollouts"]["get"];
export type Step = Plan["steps"][number];
export type Hold = Step["hold"];
export type LogEntry = PlanWithLog["log"][number];
export type Guards = Outputs["rollouts"]["guards"];
export type GuardView = Guards["guards"][number];
export type Simulated = Outputs["rollouts"]["simulate"];

/** A plan as it is made. */
export type NewPlan = Omit<Inputs["rollouts"]["create"], "project" | "environment" | "toggle">;
export type NewStep = NewPlan["steps"][number];
export type NewGuard = NonNullable<NewPlan["guards"]>[number];
export type Window = NonNullable<NewPlan["window"]>;

const ENDED: readonly Plan["status"][] = ["completed", "rolled_back", "aborted"];

export function hasEnded({ status }: Pick<Plan, "status">): boolean {
  return ENDED.includes(status);
}

/** Whether it changes by itself. */
export function isMoving({ status }: Pick<Plan, "status">): boolean {
  return status === "ready" || status === "running";
}

/** The share of a plan's variant that stands with a step, in percent; of a split, all that it gives away from the default. */
export function percentOfShare(share: Step["share"], defaultVariant: string): number {
  if (share.type === "percentage") return share.value;
  return Object.entries(share.weights).reduce(
    (sum, [variant, weight]) => (variant === defaultVariant ? sum : sum + weight),
    0,
  );
}
