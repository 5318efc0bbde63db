/**
 * What guards of rollout plans go by: counts by arm, and what was found each minute. Who was counted is told apart by pseudonyms for as long as the
 * step lasts; nothing else of anybody is kept.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Where somebody lets a plan go on that a guard had stopped: it is judged by what comes from then on.
  await sql`
    create table burgee.guard_watches (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      since timestamptz not null,
      primary key (tenant_id, rollout_plan_id),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans
    )`.execute(db);

  await sql`
    create table burgee.guard_subjects (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      since timestamptz not null,
      guard_key text not null,
      subject bytea not null check (length(subject) = 32),
      is_exposed boolean not null,
      is_hit boolean not null,
      primary key (tenant_id, rollout_plan_id, since, guard_key, subject),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans
    )`.execute(db);

  await sql`
    create table burgee.guard_counts (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      since timestamptz not null,
      guard_key text not null,
      arm text not null check (arm in ('treatment', 'control', 'rest')),
      minute timestamptz not null,
      value_class int not null,
      step int not null check (step >= 1),
      users bigint not null check (users >= 0),
      hits bigint not null check (hits >= 0),
      last_at timestamptz not null,
      primary key (tenant_id, rollout_plan_id, since, guard_key, arm, minute, value_class),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans
    )`.execute(db);

  await sql`
    create table burgee.guard_findings (
      tenant_id uuid not null,
      rollout_plan_id uuid not null,
      minute timestamptz not null,
      since timestamptz not null,
      step int not null check (step >= 1),
      plan_version int not null,
      verdict text not null check (verdict in ('healthy', 'breach', 'unknown')),
      action text not null check (action in ('hold', 'roll_back', 'warn')),
      evidence jsonb not null,
      found_at timestamptz not null,
      primary key (tenant_id, rollout_plan_id, minute),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans
    )`.execute(db);

  for (const table of ["guard_watches", "guard_subjects", "guard_counts", "guard_findings"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  for (const table of ["guard_subjects", "guard_counts", "guard_findings"]) {
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  await sql`grant select, insert, update (since) on burgee.guard_watches to burgee_app`.execute(db);
  await sql`grant select on burgee.guard_counts to burgee_app`.execute(db);
  await sql`
    grant select, insert, update (since, step, plan_version, verdict, action, evidence, found_at)
       on burgee.guard_findings to burgee_app`.execute(db);
  await sql`
    grant select, insert, update (is_exposed, is_hit), delete on burgee.guard_subjects to burgee_system`.execute(
    db,
  );
  await sql`
    grant select, insert, update (users, hits, last_at), delete on burgee.guard_counts to burgee_system`.execute(
    db,
  );
  await sql`grant select (tenant_id, rollout_plan_id, minute), delete on burgee.guard_findings to burgee_system`.execute(
    db,
  );
}
