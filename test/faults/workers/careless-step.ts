/** Applies a plan's step by mistake of one's choice, on the real tables: what the checker of rollout plans has to notice. */
import type { applyRolloutStepJob } from "@burgee/core";
import pg from "pg";

type Run = typeof applyRolloutStepJob.run;
type Step = Parameters<Run>[1];

/** Its steps hold for a time, and are for everybody. */
interface PlanRow {
  readonly tenant_id: string;
  readonly rollout_plan_id: string;
  readonly environment_id: string;
  readonly toggle_id: string;
  readonly variant: string;
  readonly steps: readonly {
    readonly share: { readonly buckets: number };
    readonly hold: { readonly ms: number };
  }[];
  readonly applied_steps: number;
  readonly version: number;
  readonly next_at: Date;
  readonly is_due: boolean;
}

/**
 * - `reads-then-writes`: what was read is taken to hold still when it is written.
 * - `marks-first`: that the step is applied is committed before the step is.
 * - `own-clock`: the worker's clock says what is due.
 */
export function createCarelessStep(mistakes: ReadonlySet<string>): Run {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
  pool.on("error", () => undefined);
  return async ({ scheduleStep }, step) => {
    const plan = await findPlan(pool, step);
    if (plan === undefined) return;
    const isDue = mistakes.has("own-clock") ? plan.next_at.getTime() <= Date.now() : plan.is_due;
    if (!isDue) return;

    const client = await pool.connect();
    try {
      await client.query("begin");
      const moved = await mark(client, plan, mistakes.has("reads-then-writes"));
      if (moved && mistakes.has("marks-first")) await client.query("commit; begin");
      if (moved) await apply(client, plan);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
    const holdMs = holdMsOf(plan);
    const next = { ...step, step: plan.applied_steps + 2, version: plan.version + 1 };
    if (holdMs !== undefined) scheduleStep(next, holdMs);
  };
}

async function findPlan(pool: pg.Pool, { tenantId, rolloutPlanId }: Step): Promise<PlanRow | undefined> {
  const { rows } = await pool.query<PlanRow>(
    `select *, next_at <= clock_timestamp() as is_due from burgee.rollout_plans
      where tenant_id = $1 and rollout_plan_id = $2 and status in ('ready', 'running')`,
    [tenantId, rolloutPlanId],
  );
  return rows[0];
}

/** Of the step that is next; undefined where it is the last one. */
function holdMsOf({ steps, applied_steps }: PlanRow): number | undefined {
  return steps[applied_steps + 1] && steps[applied_steps]?.hold.ms;
}

async function mark(client: pg.PoolClient, plan: PlanRow, blindly: boolean): Promise<boolean> {
  const { rowCount } = await client.query(
    `update burgee.rollout_plans set applied_steps = $3, version = version + 1, setting_version = setting_version + 1,
       status = case when $4::int is null then 'completed' else 'running' end, applied_at = clock_timestamp(),
       next_at = clock_timestamp() + $4::int * interval '1 millisecond',
       look_at = clock_timestamp() + $4::int * interval '1 millisecond'
      where tenant_id = $1 and rollout_plan_id = $2 and ($5 or version = $6)`,
    [
      plan.tenant_id,
      plan.rollout_plan_id,
      plan.applied_steps + 1,
      holdMsOf(plan) ?? null,
      blindly,
      plan.version,
    ],
  );
  return rowCount === 1;
}

/** The setting, its version, the revision with its row of the outbox, and the log. */
async function apply(client: pg.PoolClient, plan: PlanRow): Promise<void> {
  const step = plan.applied_steps + 1;
  const buckets = plan.steps[plan.applied_steps]?.share.buckets ?? 0;
  const rollout = { type: "percentage", variant: plan.variant, buckets, stickiness: "userId" };
  await client.query(
    `with env as (
       update burgee.environments set revision = revision + 1
        where tenant_id = $1 and environment_id = $2 returning epoch, revision),
     setting as (
       update burgee.settings set version = version + 1, state = jsonb_set(state, '{rollout}', $4)
        where tenant_id = $1 and environment_id = $2 and toggle_id = $3 returning version, state, salt),
     logged as (
       insert into burgee.rollout_steps
         (tenant_id, rollout_plan_id, run, step, kind, setting_version, revision, applied_at)
       select $1, $5, 1, $6, 'applied', setting.version, revision, clock_timestamp() from env, setting
         on conflict do nothing),
     told as (
       insert into burgee.outbox (tenant_id, month, environment_id, epoch, revision, type, toggle_id, version)
       select $1, date_trunc('month', now() at time zone 'utc')::date, $2, epoch, revision, 'toggle.changed', $3, setting.version
         from env, setting)
     insert into burgee.setting_versions
       (tenant_id, environment_id, toggle_id, version, revision, state, salt, kind, variants, actor)
     select $1, $2, $3, setting.version, env.revision, setting.state, setting.salt, kind, variants, 'rollout:' || $5::text
       from env, setting, burgee.toggles where tenant_id = $1 and toggles.toggle_id = $3`,
    [
      plan.tenant_id,
      plan.environment_id,
      plan.toggle_id,
      JSON.stringify(rollout),
      plan.rollout_plan_id,
      step,
    ],
  );
}
