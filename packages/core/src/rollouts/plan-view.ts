/** A plan as it is shown to people and programs: keys and percentages, not ids and buckets. */
import type { RolloutHold, RolloutLogEntry, RolloutPlan, RolloutShare, RolloutWindow } from "@burgee/db";
import { percentOf } from "../settings/rollout-input.ts";
import { dueOf } from "./progress.ts";

export interface RolloutPlanView {
  readonly id: string;
  readonly toggle: string;
  readonly environment: string;
  readonly status: RolloutPlan["status"];
  /** Why it stands, where no plan goes by itself. */
  readonly reason: RolloutPlan["reason"];
  readonly variant: string;
  readonly stickiness: string | null;
  /** Ramps as the steps that they became. */
  readonly steps: readonly RolloutStepView[];
  readonly window: RolloutWindow | null;
  readonly startAt: string | null;
  /** As they were written; what they say is asked apart. */
  readonly guards: readonly object[];
  readonly appliedSteps: number;
  readonly run: number;
  readonly version: number;
  /** The version of the setting on which the next step builds. */
  readonly settingVersion: number | null;
  /** When the next step is due, or the end; null while nobody can know. */
  readonly nextAt: string | null;
  /** What the next step waits for; null where nothing is to come. */
  readonly waitsFor: WaitsFor | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly appliedAt: string | null;
  readonly endedAt: string | null;
}

export type WaitsFor = "start" | "time" | "window" | "approval" | "sample" | "resume";

export interface RolloutStepView {
  readonly share:
    | { readonly type: "percentage"; readonly value: number }
    | { readonly type: "split"; readonly weights: Readonly<Record<string, number>> };
  readonly audience: string | null;
  readonly hold: RolloutHold;
}

export interface RolloutLogView extends Omit<RolloutLogEntry, "appliedAt"> {
  readonly at: string;
}

/** Of what it is, by the keys that people know. */
export interface PlanPlace {
  readonly toggle: string;
  readonly environment: string;
}

export function rolloutPlanView(plan: RolloutPlan, { toggle, environment }: PlanPlace): RolloutPlanView {
  return {
    id: plan.rolloutPlanId,
    toggle,
    environment,
    status: plan.status,
    reason: plan.reason,
    variant: plan.variant,
    stickiness: plan.stickiness,
    steps: plan.steps.map(({ share, audience, hold }) => ({ share: shareView(share), audience, hold })),
    window: plan.window,
    startAt: shown(plan.startAt),
    guards: plan.guards,
    appliedSteps: plan.appliedSteps,
    run: plan.run,
    version: plan.version,
    settingVersion: plan.settingVersion,
    nextAt: shown(plan.nextAt),
    waitsFor: waitsFor(plan),
    createdBy: plan.createdBy,
    createdAt: plan.createdAt.toISOString(),
    startedAt: shown(plan.startedAt),
    appliedAt: shown(plan.appliedAt),
    endedAt: shown(plan.endedAt),
  };
}

export function rolloutLogView({ appliedAt, ...entry }: RolloutLogEntry): RolloutLogView {
  return { ...entry, at: appliedAt.toISOString() };
}

export function shareView(share: RolloutShare): RolloutStepView["share"] {
  if (share.type === "percentage") return { type: "percentage", value: percentOf(share.buckets) };
  const weights = Object.entries(share.weights).map(([variant, buckets]) => [variant, percentOf(buckets)]);
  return { type: "split", weights: Object.fromEntries(weights) };
}

function waitsFor(plan: RolloutPlan): WaitsFor | null {
  if (plan.status === "pending") return "start";
  if (plan.status === "paused" || plan.status === "conflict") return "resume";
  if (plan.status !== "ready" && plan.status !== "running") return null;
  const due = dueOf(plan);
  if (due.type !== "at") return due.type;
  return plan.window && plan.nextAt && plan.nextAt > due.at ? "window" : "time";
}

function shown(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}
