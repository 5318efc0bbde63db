import type { Selectable } from "kysely";
import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  Actor,
  EnvironmentId,
  RolloutPlan,
  RolloutPlanId,
  RolloutStatus,
  RolloutStep,
  ToggleId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export interface NewRolloutPlan {
  readonly environmentId: EnvironmentId;
  readonly toggleId: ToggleId;
  readonly variant: string;
  readonly steps: readonly RolloutStep[];
  readonly settingVersion: number;
}

type Ended = Exclude<RolloutStatus, "running">;
type PlanOf =
  | { readonly rollout_plan_id: RolloutPlanId }
  | { readonly environment_id: EnvironmentId; readonly toggle_id: ToggleId };

export class RolloutPlanReader extends Repo {
  async find(rolloutPlanId: RolloutPlanId): Promise<RolloutPlan | undefined> {
    const row = await this.#plans().where("rollout_plan_id", "=", rolloutPlanId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** A toggle's plans in one environment, newest first. */
  async list(environmentId: EnvironmentId, toggleId: ToggleId): Promise<readonly RolloutPlan[]> {
    const rows = await this.#plans()
      .where("environment_id", "=", environmentId)
      .where("toggle_id", "=", toggleId)
      .orderBy("created_at", "desc")
      .limit(100)
      .execute();
    return rows.map(fromRow);
  }

  #plans() {
    return this.trx.selectFrom("rollout_plans").selectAll().where("tenant_id", "=", this.tenantId);
  }
}

export class RolloutPlanWriter extends RolloutPlanReader {
  /** Undefined when another plan is running for this toggle in this environment. */
  async create(plan: NewRolloutPlan, firstAfterMs: number, actor: Actor): Promise<RolloutPlan | undefined> {
    const row = await this.trx
      .insertInto("rollout_plans")
      .values({
        tenant_id: this.tenantId,
        rollout_plan_id: newId<RolloutPlanId>(),
        environment_id: plan.environmentId,
        toggle_id: plan.toggleId,
        status: "running",
        variant: plan.variant,
        steps: JSON.stringify(plan.steps),
        setting_version: plan.settingVersion,
        next_at: inMs(firstAfterMs),
        created_by: actor,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["tenant_id", "environment_id", "toggle_id"])
          .where("status", "=", "running")
          .doNothing(),
      )
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /**
   * Moves a running plan that is due, by the database's clock, past its next step.
   * Undefined when it is not due, not running, or somebody else moved it: there is nothing to do then.
   */
  async advance(
    plan: RolloutPlan,
    next: { readonly settingVersion: number; readonly afterMs: number | undefined },
  ): Promise<RolloutPlan | undefined> {
    const row = await this.trx
      .updateTable("rollout_plans")
      .set((eb) => ({
        applied_steps: eb("applied_steps", "+", 1),
        version: eb("version", "+", 1),
        setting_version: next.settingVersion,
        status: next.afterMs === undefined ? "completed" : "running",
        next_at: next.afterMs === undefined ? null : inMs(next.afterMs),
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("rollout_plan_id", "=", plan.rolloutPlanId)
      .where("version", "=", plan.version)
      .where("status", "=", "running")
      .where("next_at", "<=", sql<Date>`clock_timestamp()`)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Ends a running plan. Undefined when it was not running any more. */
  end(rolloutPlanId: RolloutPlanId, status: Ended): Promise<RolloutPlan | undefined> {
    return this.#end({ rollout_plan_id: rolloutPlanId }, status);
  }

  /** Ends the plan that is running for a toggle in one environment; undefined where none is. */
  endOfToggle(
    environmentId: EnvironmentId,
    toggleId: ToggleId,
    status: Ended,
  ): Promise<RolloutPlan | undefined> {
    return this.#end({ environment_id: environmentId, toggle_id: toggleId }, status);
  }

  /** At most one: a toggle has one running plan in an environment. */
  async #end(plan: PlanOf, status: Ended): Promise<RolloutPlan | undefined> {
    const row = await this.trx
      .updateTable("rollout_plans")
      .set((eb) => ({ status, next_at: null, version: eb("version", "+", 1) }))
      .where("tenant_id", "=", this.tenantId)
      .where((eb) => eb.and(plan))
      .where("status", "=", "running")
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** The log's primary key refuses a step that was applied before. */
  async logStep(
    rolloutPlanId: RolloutPlanId,
    step: number,
    buckets: number,
    revision: number,
  ): Promise<void> {
    await this.trx
      .insertInto("rollout_steps")
      .values({
        tenant_id: this.tenantId,
        rollout_plan_id: rolloutPlanId,
        step,
        buckets,
        revision: String(revision),
      })
      .execute();
  }
}

function inMs(delayMs: number) {
  return sql<Date>`clock_timestamp() + ${delayMs} * interval '1 millisecond'`;
}

function fromRow(row: Selectable<Tables["rollout_plans"]>): RolloutPlan {
  return {
    rolloutPlanId: row.rollout_plan_id,
    environmentId: row.environment_id,
    toggleId: row.toggle_id,
    status: row.status,
    variant: row.variant,
    steps: row.steps,
    appliedSteps: row.applied_steps,
    version: row.version,
    settingVersion: row.setting_version,
    nextAt: row.next_at,
  };
}
