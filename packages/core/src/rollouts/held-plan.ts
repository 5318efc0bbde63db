/** A plan as whoever changes it holds it: everything that it depends on, read under the lock of its environment. */
import type {
  Actor,
  Environment,
  PlanMove,
  RolloutPlan,
  RolloutPlanId,
  RolloutReason,
  Setting,
  TenantId,
  Toggle,
  Writers,
} from "@burgee/db";
import { appendEntries, type Happening } from "../audit/append-entry.ts";
import { announceTurn } from "./announce-turn.ts";

export interface HeldPlan {
  readonly writers: Writers;
  readonly tenantId: TenantId;
  readonly plan: RolloutPlan;
  readonly environment: Environment;
  readonly toggle: Toggle;
  readonly setting: Setting;
  /** By the database's clock, after the lock was got. */
  readonly now: Date;
}

/** What became of it. */
export interface Turned {
  readonly plan: RolloutPlan;
  /** That of its environment, where the setting changed. */
  readonly revision?: number;
  /** For the audit trail, in this order. */
  readonly happenings: readonly Happening[];
}

export async function holdPlan(
  writers: Writers,
  tenantId: TenantId,
  rolloutPlanId: RolloutPlanId,
): Promise<HeldPlan | undefined> {
  const found = await writers.rollouts.find(rolloutPlanId);
  const environment = found && (await writers.environments.lock(found.environmentId));
  // Read again under the lock: whoever held it may have done this very thing.
  const plan = environment && (await writers.rollouts.find(rolloutPlanId));
  const toggle = plan && (await writers.toggles.find(plan.toggleId));
  const setting = plan && (await writers.settings.find(plan.environmentId, plan.toggleId));
  if (!plan || !toggle || !setting) return undefined;
  const now = await writers.rollouts.now();
  return { writers, tenantId, plan, environment, toggle, setting, now };
}

/** Under the lock nobody else moves it. */
export async function move({ writers, plan }: HeldPlan, to: PlanMove): Promise<RolloutPlan> {
  const moved = await writers.rollouts.move(plan, to);
  if (!moved) throw new Error(`The plan ${plan.rolloutPlanId} moved under the lock of its environment.`);
  return moved;
}

/** Of what stands still, or has ended. */
export const STILL = { nextAt: null, lookAt: null } as const;

/** Stops a plan whose next step would overwrite something, or can't be. */
export async function stopAsConflict(
  held: HeldPlan,
  reason: RolloutReason,
  details: object,
): Promise<Turned> {
  const plan = await move(held, { status: "conflict", reason, stoppedAt: held.now, ...STILL });
  const happening = planHappening(held, rolloutActor(plan), "rollout.conflicted", { reason, ...details });
  return { plan, happenings: [happening] };
}

/** What happened to the plan alone. */
export function planHappening(
  { plan, environment }: Pick<HeldPlan, "plan" | "environment">,
  actor: Actor,
  action: string,
  after?: object,
): Happening {
  const object = `rollout-plan/${plan.rolloutPlanId}`;
  return { actor, action, object, environmentId: environment.environmentId, ...(after && { after }) };
}

/** Tells of it all, which is the last thing that a transaction does. */
export async function appendAll(
  { writers, tenantId, toggle }: Pick<HeldPlan, "writers" | "tenantId" | "toggle">,
  { plan, happenings }: Turned,
  requestId?: string,
): Promise<void> {
  await announceTurn(writers, { plan, toggle, happenings });
  const named = happenings.map((each) => (requestId === undefined ? each : { ...each, requestId }));
  await appendEntries(writers, tenantId, named);
}

export function rolloutActor({ rolloutPlanId }: Pick<RolloutPlan, "rolloutPlanId">): Actor {
  return `rollout:${rolloutPlanId}`;
}

/** A person's edit raised the version past the one that the plan left, or the toggle is gone. */
export function isEdited({ plan, setting }: HeldPlan): boolean {
  return setting.version !== plan.settingVersion || setting.state.archived;
}
