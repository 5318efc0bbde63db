/** Rollout plans that run while something fails: each step is to be applied, and once. */
import { askDatabase } from "./ask-database.ts";
import type { History } from "./history.ts";
import type { Trpc } from "./trpc-client.ts";
import { atMost, never, quantile, type Verdict } from "./verdicts.ts";

/** Of a plan: what was applied of it, as PostgreSQL holds it at the end. */
export interface StepsEvent {
  readonly type: "plan";
  readonly toggle: string;
  readonly status: string;
  readonly steps: number;
  readonly logged: number;
  /** Versions of the toggle's setting that the plan made. */
  readonly versions: number;
  /** How long after it was due each step but the first was applied. */
  readonly lateMs: readonly number[];
}

export const LOST_STEPS = "steps of rollout plans that were not applied";
const DOUBLED_STEPS = "steps of rollout plans that were applied more than once";
const LATE_STEPS = "how late a step was applied";

const PERCENTAGES = [10, 50, 100];

/** Starts a plan of three steps on a toggle that nobody has changed yet. */
export async function startPlan(trpc: Trpc, toggle: string, betweenMs: number): Promise<void> {
  const steps = PERCENTAGES.map((value, index) => ({
    share: { type: "percentage" as const, value },
    hold: { type: "time" as const, ms: index === PERCENTAGES.length - 1 ? 0 : betweenMs },
  }));
  const place = { project: "web", environment: "production", toggle };
  const { id, version } = await trpc.rollouts.create.mutate({ ...place, steps });
  await trpc.rollouts.start.mutate({ id, expectedVersion: version, settingVersion: 1 });
}

export async function arePlansDone(databaseUrl: string): Promise<boolean> {
  const { rows } = await askDatabase(
    databaseUrl,
    "select from burgee.rollout_plans where status in ('ready', 'running')",
  );
  return rows.length === 0;
}

export async function recordPlans(history: History, databaseUrl: string): Promise<void> {
  const { rows } = await askDatabase(
    databaseUrl,
    `select t.key as toggle, p.status, jsonb_array_length(p.steps) as steps, count(s)::int as logged,
       (select count(*)::int from burgee.setting_versions v
        where v.tenant_id = p.tenant_id and v.toggle_id = p.toggle_id and v.environment_id = p.environment_id
          and v.actor like 'rollout:%') as versions,
       array_agg(extract(epoch from s.applied_at) * 1000 order by s.step)::float8[] as applied,
       (p.steps #>> '{0,hold,ms}')::int as after
     from burgee.rollout_plans p
     join burgee.toggles t using (tenant_id, toggle_id)
     left join burgee.rollout_steps s
       on s.tenant_id = p.tenant_id and s.rollout_plan_id = p.rollout_plan_id and s.kind = 'applied'
     group by p.tenant_id, p.rollout_plan_id, t.key`,
  );
  for (const { applied, after, ...plan } of rows) {
    const lateMs = applied
      .slice(1)
      .map((at: number, index: number) => Math.round(at - applied[index] - after));
    history.record({ type: "plan", ...plan, lateMs });
  }
}

export function checkPlans(plans: readonly StepsEvent[], withinMs: number): readonly Verdict[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const steps = { n: sum(plans.map((plan) => plan.steps)), what: "steps" };
  const lateMs = plans.flatMap((plan) => plan.lateMs);
  const late = atMost(LATE_STEPS, Math.max(...lateMs), withinMs, "ms");
  return [
    never(
      LOST_STEPS,
      sum(plans.map((plan) => plan.steps - Math.min(plan.steps, plan.versions, plan.logged))),
      steps,
    ),
    never(DOUBLED_STEPS, sum(plans.map((plan) => Math.max(0, plan.versions - plan.steps))), steps),
    { ...late, seen: `${late.seen} (p50 ${quantile(lateMs, 0.5)} ms, n = ${lateMs.length})` },
  ];
}
