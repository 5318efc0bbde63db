import { type RolloutPlan, type RolloutPlanId, TenantClosedError, type TenantId } from "@burgee/db";
import type { Ports } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { applySteps, completePlan, LOOK_EVERY_MS, underWay } from "./apply-steps.ts";
import { type GuardFinding, withoutGuards } from "./guard-port.ts";
import {
  appendAll,
  type HeldPlan,
  holdPlan,
  isEdited,
  move,
  planHappening,
  rolloutActor,
  STILL,
  stopAsConflict,
  type Turned,
} from "./held-plan.ts";
import { isOpen } from "./opening-hours.ts";
import { after, dueOf } from "./progress.ts";
import { rollBackTo } from "./roll-back-to.ts";
import { scheduleNext } from "./schedule-next.ts";

export interface StepToApply {
  readonly tenantId: TenantId;
  readonly rolloutPlanId: RolloutPlanId;
}

export type StepOutcome =
  | {
      readonly outcome: "applied";
      readonly step: number;
      readonly revision: number;
      readonly status: RolloutPlan["status"];
    }
  | { readonly outcome: "completed" | "conflict" | "paused" | "rolled_back" }
  /** A guard knows too little to let it go on. */
  | { readonly outcome: "held" }
  | { readonly outcome: "not_due" };

/**
 * Applies a plan's next step if it is due, as an ordinary change by the actor `rollout`; ends the plan if that is due.
 * Safe to run twice, and by several workers at once: the plan moves by compare-and-set, its log holds a step once a run, and
 * only the database's clock says what is due.
 */
export async function applyRolloutStep(ports: Ports, target: StepToApply): Promise<StepOutcome> {
  const finding = await findingOf(ports, target);
  const turned = await transactTurn(ports, target, finding);
  if (!("plan" in turned)) return turned;

  const { plan, revision } = turned;
  if (revision !== undefined)
    ports.nudge({ tenantId: target.tenantId, environmentId: plan.environmentId, revision });
  scheduleNext(ports, target.tenantId, plan, turned.now);
  return turned.outcome;
}

/** Of a plan that is under way and has guards, at one of its versions. */
type Found = GuardFinding & Pick<RolloutPlan, "version">;

async function findingOf(
  { db, gatherEvidence = withoutGuards }: Ports,
  { tenantId, rolloutPlanId }: StepToApply,
): Promise<Found | undefined> {
  const plan = await db.read(tenantId, ({ rollouts }) => rollouts.find(rolloutPlanId));
  if (plan?.status !== "running" || plan.guards.length === 0) return undefined;
  return { ...(await gatherEvidence({ ...plan, tenantId })), version: plan.version };
}

type Done = Turned & { readonly outcome: StepOutcome; readonly now: Date };
type Nothing = Extract<StepOutcome, { outcome: "held" | "not_due" }>;

/** Nothing of a tenant that goes is due. Should it be kept, the sweep finds the step. */
async function transactTurn(
  { db }: Ports,
  target: StepToApply,
  finding: Found | undefined,
): Promise<Done | Nothing> {
  const turn = (work: (held: HeldPlan) => Promise<Done | Nothing>) =>
    db.transact(target.tenantId, async (writers) => {
      const held = await holdPlan(writers, target.tenantId, target.rolloutPlanId);
      if (!held || (held.plan.status !== "ready" && held.plan.status !== "running")) return NOT_DUE;
      const done = await work(held);
      if ("plan" in done) await appendAll(held, done);
      return done;
    });
  try {
    return await turn((held) => turnPlan(held, finding));
  } catch (error) {
    if (error instanceof TenantClosedError) return NOT_DUE;
    if (!(error instanceof AppError) || error.code !== "limit_reached") throw error;
    // It would fail in the same way each time: somebody has to see it.
    const note = error.message;
    return turn(async (held) =>
      done(held, "conflict", await stopAsConflict(held, "limit_reached", { note })),
    );
  }
}

const NOT_DUE: Nothing = { outcome: "not_due" };

async function turnPlan(held: HeldPlan, finding: Found | undefined): Promise<Done | Nothing> {
  const { plan, setting, now } = held;
  if (isEdited(held)) {
    const found = { plannedVersion: plan.settingVersion, foundVersion: setting.version };
    return done(held, "conflict", await stopAsConflict(held, "edited", found));
  }
  const isGuarded = plan.guards.length > 0 && plan.appliedSteps > 0;
  // What was found out is about another version of the plan, which somebody moved meanwhile.
  if (isGuarded && finding?.version !== plan.version) return lookAgain(held);
  if (isGuarded && finding?.verdict === "breach" && finding.action !== "warn") return heed(held, finding);

  const released = await releasedBySample(held);
  if (!released) return lookAgain(held);
  if (isGuarded && finding?.verdict === "unknown") return lookAgain(held, "held");

  const due = dueOf(released.plan);
  if (due.type !== "at" || due.at > now) return lookAgain(held);
  const evidence = { ...released.evidence, ...(finding && { guards: finding.evidence }) };
  if (plan.appliedSteps === plan.steps.length) return done(held, "completed", await completePlan(released));
  if (plan.window && !isOpen(plan.window, now)) return waitForWindow(released);

  const turned = await applySteps(released, Object.keys(evidence).length > 0 ? evidence : null);
  const { plan: moved, revision } = turned;
  if (revision === undefined) return done(held, "conflict", turned);
  return {
    ...turned,
    now,
    outcome: { outcome: "applied", step: moved.appliedSteps, revision, status: moved.status },
  };
}

/** Puts off the next look, to no later than what is due by the clock. */
async function lookAgain(
  { writers, plan, now }: HeldPlan,
  outcome: Nothing["outcome"] = "not_due",
): Promise<Nothing> {
  const { lookAt } = underWay(plan, now);
  const soonest = after(now, LOOK_EVERY_MS);
  await writers.rollouts.lookAgain(plan, lookAt !== null && lookAt <= now ? soonest : lookAt);
  return { outcome };
}

interface Released extends HeldPlan {
  readonly evidence?: object;
}

/** The plan with its sample, where that is what it waits for and large enough; itself where it waits for something else. */
async function releasedBySample(held: HeldPlan): Promise<Released | undefined> {
  const { writers, plan, setting, now } = held;
  const due = dueOf(plan);
  if (due.type === "at") return held;
  if (due.type === "approval") return undefined;
  const counted = { version: setting.version, since: plan.appliedAt ?? now };
  const evaluations = await writers.usage.countOfVersion(plan.environmentId, plan.toggleId, counted);
  if (evaluations < due.least) return undefined;
  return { ...held, plan: { ...plan, releasedAt: now }, evidence: { evaluations, least: due.least } };
}

async function waitForWindow(held: HeldPlan): Promise<Nothing> {
  const { plan, now } = held;
  await move(held, { releasedAt: plan.releasedAt, ...underWay(plan, now) });
  return NOT_DUE;
}

/** Does what a guard's breach asks for. */
async function heed(held: HeldPlan, { action, toStep, evidence }: Found): Promise<Done> {
  const breach = planHappening(held, rolloutActor(held.plan), "rollout.guard_breached", { action, evidence });
  const isBack = action === "roll_back";
  const back = isBack ? await rollBackIfPossible(held, toStep ?? 0, evidence) : undefined;
  const turned = back ?? (await pauseByGuard(held));
  const happenings = [breach, ...turned.happenings];
  return done(held, back ? "rolled_back" : "paused", { ...turned, happenings });
}

/** What can't stand again leaves the plan to be paused, for somebody to see to it. */
async function rollBackIfPossible(
  held: HeldPlan,
  toStep: number,
  evidence: object,
): Promise<Turned | undefined> {
  const before = Math.min(toStep, held.plan.appliedSteps - 1);
  try {
    return await rollBackTo(held, { toStep: before, reason: "guard", evidence, isNearest: true });
  } catch (error) {
    if (error instanceof AppError && error.code === "rollout_step_unavailable") return undefined;
    throw error;
  }
}

async function pauseByGuard(held: HeldPlan): Promise<Turned> {
  const plan = await move(held, { status: "paused", reason: "guard", stoppedAt: held.now, ...STILL });
  return {
    plan,
    happenings: [planHappening(held, rolloutActor(plan), "rollout.paused", { reason: "guard" })],
  };
}

function done(
  { now }: HeldPlan,
  outcome: "completed" | "conflict" | "paused" | "rolled_back",
  turned: Turned,
): Done {
  return { ...turned, now, outcome: { outcome } };
}
