/** Plans that raise a toggle's percentage step by step, and the log of the steps that were applied. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.rollout_plans (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      environment_id uuid not null,
      toggle_id uuid not null,
      status text not null check (status in ('running', 'completed', 'conflict', 'cancelled')),
      variant text not null,
      steps jsonb not null,
      applied_steps int not null default 0 check (applied_steps >= 0),
      version int not null default 1,
      setting_version int not null,
      next_at timestamptz,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, rollout_plan_id),
      foreign key (tenant_id, environment_id, toggle_id) references burgee.settings
    )`.execute(db);
  await sql`create unique index rollout_plans_one_running on burgee.rollout_plans (tenant_id, environment_id, toggle_id)
    where status = 'running'`.execute(db);
  await sql`create index rollout_plans_due on burgee.rollout_plans (next_at) where status = 'running'`.execute(
    db,
  );

  await sql`
    create table burgee.rollout_steps (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      step int not null check (step >= 1),
      buckets int not null,
      revision bigint not null,
      applied_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, rollout_plan_id, step),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans
    )`.execute(db);

  for (const table of ["rollout_plans", "rollout_steps"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  await sql`select burgee.open_to_system('burgee.rollout_plans')`.execute(db);
  await sql`grant select, insert, update on burgee.rollout_plans to burgee_app`.execute(db);
  await sql`grant select, insert on burgee.rollout_steps to burgee_app`.execute(db);
  await sql`grant select on burgee.rollout_plans to burgee_system`.execute(db);
}
