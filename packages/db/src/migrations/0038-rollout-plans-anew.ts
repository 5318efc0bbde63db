/**
 * Rollout plans whose steps have audiences and holds. A plan is kept with the moments on which its next step depends, so that it can be said
 * at any time when that is due; its log names the version of the setting that stood from each step on. Nobody had plans of the kind before.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table burgee.rollout_steps, burgee.rollout_plans`.execute(db);

  await sql`
    create table burgee.rollout_plans (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      environment_id uuid not null,
      toggle_id uuid not null,
      status text not null check (status in
        ('pending', 'ready', 'running', 'paused', 'conflict', 'completed', 'rolled_back', 'aborted')),
      reason text,
      variant text not null,
      stickiness text,
      steps jsonb not null check (jsonb_array_length(steps) > 0),
      open_window jsonb,
      start_at timestamptz,
      guards jsonb not null default '[]',
      applied_steps int not null default 0 check (applied_steps between 0 and jsonb_array_length(steps)),
      run int not null default 1,
      version int not null default 1,
      setting_version int,
      started_at timestamptz,
      applied_at timestamptz,
      ramp_at timestamptz,
      released_at timestamptz,
      stopped_at timestamptz,
      ended_at timestamptz,
      next_at timestamptz,
      look_at timestamptz,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, rollout_plan_id),
      foreign key (tenant_id, environment_id, toggle_id) references burgee.settings,
      check (status in ('ready', 'running') or (next_at is null and look_at is null)),
      check (status in ('pending', 'aborted') or setting_version is not null)
    )`.execute(db);
  await sql`create unique index rollout_plans_one_open on burgee.rollout_plans (tenant_id, environment_id, toggle_id)
    where status in ('ready', 'running', 'paused', 'conflict')`.execute(db);
  await sql`create index rollout_plans_of_toggle on burgee.rollout_plans (tenant_id, environment_id, toggle_id, created_at)`.execute(
    db,
  );
  await sql`create index rollout_plans_due on burgee.rollout_plans (look_at) where status in ('ready', 'running')`.execute(
    db,
  );

  await sql`
    create table burgee.rollout_steps (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      run int not null check (run >= 1),
      step int not null check (step >= 0),
      kind text not null check (kind in ('started', 'applied', 'rolled_back', 'rebased')),
      setting_version int not null,
      revision bigint not null,
      folded_steps jsonb not null default '[]',
      evidence jsonb,
      applied_at timestamptz not null,
      primary key (tenant_id, rollout_plan_id, run, step),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans
    )`.execute(db);

  for (const table of ["rollout_plans", "rollout_steps"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  await sql`select burgee.open_to_system('burgee.rollout_plans')`.execute(db);
  await sql`grant select, insert, update on burgee.rollout_plans to burgee_app`.execute(db);
  await sql`grant select, insert on burgee.rollout_steps to burgee_app`.execute(db);
  // Whoever sweeps takes what is due for itself for a while.
  await sql`grant select, update (look_at) on burgee.rollout_plans to burgee_system`.execute(db);
}
