/** Changes of settings that people planned for a moment, and how each ended. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // `try_at` is when it is due, or later where applying it went wrong on our side. Whoever planned it may be gone by then.
  await sql`
    create table burgee.scheduled_changes (
      tenant_id uuid not null,
      scheduled_change_id uuid not null,
      environment_id uuid not null,
      toggle_id uuid not null,
      status text not null default 'waiting' check (status in ('waiting', 'applied', 'conflict', 'failed', 'cancelled')),
      edit jsonb not null,
      due_at timestamptz not null,
      zone text check (length(zone) <= 64),
      expected_version int check (expected_version >= 1),
      planned_by uuid not null,
      planned_at timestamptz not null default clock_timestamp(),
      try_at timestamptz not null,
      failures int not null default 0 check (failures >= 0),
      ended_at timestamptz,
      revision bigint,
      error jsonb,
      primary key (tenant_id, scheduled_change_id),
      foreign key (tenant_id, environment_id, toggle_id) references burgee.settings,
      check ((status = 'waiting') = (ended_at is null)),
      check ((status = 'applied') = (revision is not null)),
      check ((status in ('conflict', 'failed')) = (error is not null))
    )`.execute(db);
  await sql`
    create index scheduled_changes_of_environment on burgee.scheduled_changes (tenant_id, environment_id, due_at desc, scheduled_change_id)`.execute(
    db,
  );
  await sql`
    create index scheduled_changes_waiting on burgee.scheduled_changes (tenant_id, environment_id, toggle_id, due_at, planned_at)
    where status = 'waiting'`.execute(db);
  await sql`
    create index scheduled_changes_due on burgee.scheduled_changes (try_at) where status = 'waiting'`.execute(
    db,
  );
  await sql`select burgee.protect_by_tenant('burgee.scheduled_changes')`.execute(db);
  await sql`select burgee.open_to_system('burgee.scheduled_changes')`.execute(db);
  await sql`grant select, insert, update on burgee.scheduled_changes to burgee_app`.execute(db);
  await sql`grant select on burgee.scheduled_changes to burgee_system`.execute(db);
}
