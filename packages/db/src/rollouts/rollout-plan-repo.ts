import type { Selectable, Updateable } from "kysely";
import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Actor,
  EnvironmentId,
  RolloutLogEntry,
  RolloutPlan,
  RolloutPlanId,
  RolloutStatus,
  ToggleId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export type NewRolloutPlan = Pick<
  RolloutPlan,
  "environmentId" | "toggleId" | "variant" | "stickiness" | "steps" | "window" | "startAt" | "guards"
>;

/** What moves in a plan; what is left out stays. */
export type PlanMove = Partial<
  Pick<
    RolloutPlan,
    | "status"
    | "reason"
    | "appliedSteps"
    | "run"
    | "settingVersion"
    | "startedAt"
    | "appliedAt"
    | "rampAt"
    | "releasedAt"
    | "stoppedAt"
    | "endedAt"
    | "nextAt"
  >
> & {
  /** When a worker looks at it next, be anything due or not. */
  readonly lookAt?: Date | null;
};

/** Of those that a toggle has one of at most in an environment. */
const OPEN: readonly RolloutStatus[] = ["ready", "running", "paused", "conflict"];
const MOST_LISTED = 100;

export class RolloutPlanReader extends Repo {
  async find(rolloutPlanId: RolloutPlanId): Promise<RolloutPlan | undefined> {
    const row = await this.#plans().where("rollout_plan_id", "=", rolloutPlanId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** The plan that is under way for a toggle in one environment, be it stopped or not. */
  async findOpen(environmentId: EnvironmentId, toggleId: ToggleId): Promise<RolloutPlan | undefined> {
    const row = await this.#ofToggle(environmentId, toggleId).where("status", "in", OPEN).executeTakeFirst();
    return row && fromRow(row);
  }

  /** A toggle's plans in one environment, newest first. */
  async list(environmentId: EnvironmentId, toggleId: ToggleId): Promise<readonly RolloutPlan[]> {
    const rows = await this.#ofToggle(environmentId, toggleId)
      .orderBy("created_at", "desc")
      .limit(MOST_LISTED)
      .execute();
    return rows.map(fromRow);
  }

  /** The plans of a toggle in one environment that were made and not started. */
  async listPending(environmentId: EnvironmentId, toggleId: ToggleId): Promise<readonly RolloutPlan[]> {
    const rows = await this.#ofToggle(environmentId, toggleId).where("status", "=", "pending").execute();
    return rows.map(fromRow);
  }

  /** What was done to the share, in that order. */
  async listLog(rolloutPlanId: RolloutPlanId): Promise<readonly RolloutLogEntry[]> {
    const rows = await this.trx
      .selectFrom("rollout_steps")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("rollout_plan_id", "=", rolloutPlanId)
      .orderBy("run")
      .orderBy("step")
      .execute();
    return rows.map((row) => ({
      run: row.run,
      step: row.step,
      kind: row.kind,
      settingVersion: row.setting_version,
      revision: Number(row.revision),
      foldedSteps: row.folded_steps,
      evidence: row.evidence,
      appliedAt: row.applied_at,
    }));
  }

  /** The moment by the database's clock, which alone decides what is due. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`
      select date_trunc('milliseconds', clock_timestamp()) as now`.execute(this.trx);
    const [row] = rows;
    if (!row) throw new Error("The database has no clock.");
    return row.now;
  }

  #plans() {
    return this.trx.selectFrom("rollout_plans").selectAll().where("tenant_id", "=", this.tenantId);
  }

  #ofToggle(environmentId: EnvironmentId, toggleId: ToggleId) {
    return this.#plans().where("environment_id", "=", environmentId).where("toggle_id", "=", toggleId);
  }
}

export class RolloutPlanWriter extends RolloutPlanReader {
  /** Not started yet. */
  async create(plan: NewRolloutPlan, actor: Actor): Promise<RolloutPlan> {
    const row = await this.trx
      .insertInto("rollout_plans")
      .values({
        tenant_id: this.tenantId,
        rollout_plan_id: newId<RolloutPlanId>(),
        environment_id: plan.environmentId,
        toggle_id: plan.toggleId,
        status: "pending",
        variant: plan.variant,
        stickiness: plan.stickiness,
        steps: JSON.stringify(plan.steps),
        open_window: plan.window && JSON.stringify(plan.window),
        start_at: plan.startAt,
        guards: JSON.stringify(plan.guards),
        created_by: actor,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Moves a plan on from what was read of it. Undefined when somebody else moved it since: there is nothing to do then. */
  async move(
    { rolloutPlanId, version, status }: RolloutPlan,
    move: PlanMove,
  ): Promise<RolloutPlan | undefined> {
    const row = await this.trx
      .updateTable("rollout_plans")
      .set(toRow(move))
      .set((eb) => ({ version: eb("version", "+", 1) }))
      .where("tenant_id", "=", this.tenantId)
      .where("rollout_plan_id", "=", rolloutPlanId)
      .where("version", "=", version)
      .where("status", "=", status)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Puts off when a worker looks again. Nothing of the plan moves. */
  async lookAgain({ rolloutPlanId, version }: RolloutPlan, lookAt: Date | null): Promise<void> {
    await this.trx
      .updateTable("rollout_plans")
      .set({ look_at: lookAt })
      .where("tenant_id", "=", this.tenantId)
      .where("rollout_plan_id", "=", rolloutPlanId)
      .where("version", "=", version)
      .execute();
  }

  /** The log's primary key refuses a step that was applied before in the same run. */
  async log(rolloutPlanId: RolloutPlanId, entry: RolloutLogEntry): Promise<void> {
    await this.trx
      .insertInto("rollout_steps")
      .values({
        tenant_id: this.tenantId,
        rollout_plan_id: rolloutPlanId,
        run: entry.run,
        step: entry.step,
        kind: entry.kind,
        setting_version: entry.settingVersion,
        revision: String(entry.revision),
        folded_steps: JSON.stringify(entry.foldedSteps),
        evidence: entry.evidence && JSON.stringify(entry.evidence),
        applied_at: entry.appliedAt,
      })
      .execute();
  }
}

const COLUMNS = {
  status: "status",
  reason: "reason",
  appliedSteps: "applied_steps",
  run: "run",
  settingVersion: "setting_version",
  startedAt: "started_at",
  appliedAt: "applied_at",
  rampAt: "ramp_at",
  releasedAt: "released_at",
  stoppedAt: "stopped_at",
  endedAt: "ended_at",
  nextAt: "next_at",
  lookAt: "look_at",
} as const satisfies Record<keyof PlanMove, keyof Tables["rollout_plans"]>;

function toRow(move: PlanMove): Updateable<Tables["rollout_plans"]> {
  const named = Object.entries(COLUMNS).flatMap(([field, column]) =>
    Object.hasOwn(move, field) ? [[column, Reflect.get(move, field)]] : [],
  );
  return Object.fromEntries(named);
}

function fromRow(row: Selectable<Tables["rollout_plans"]>): RolloutPlan {
  return {
    rolloutPlanId: row.rollout_plan_id,
    environmentId: row.environment_id,
    toggleId: row.toggle_id,
    status: row.status,
    reason: row.reason,
    variant: row.variant,
    stickiness: row.stickiness,
    steps: row.steps,
    window: row.open_window,
    startAt: row.start_at,
    guards: row.guards,
    appliedSteps: row.applied_steps,
    run: row.run,
    version: row.version,
    settingVersion: row.setting_version,
    startedAt: row.started_at,
    appliedAt: row.applied_at,
    rampAt: row.ramp_at,
    releasedAt: row.released_at,
    stoppedAt: row.stopped_at,
    endedAt: row.ended_at,
    nextAt: row.next_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
