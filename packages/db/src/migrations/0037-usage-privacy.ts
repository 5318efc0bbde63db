/**
 * What is kept of tracked events: a pseudonym in place of whose it is, and of their contexts what the project says is recorded. Identifiers
 * stand in an intake for the moment that a worker takes, which has the keyring.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.context_attributes add column is_recorded boolean not null default false`.execute(
    db,
  );

  await sql`
    create table burgee.event_intake (
      tenant_id uuid not null,
      batch_id uuid not null,
      position int not null check (position >= 0),
      environment_id uuid not null,
      name text not null check (length(name) between 1 and 256),
      identifier text,
      context jsonb not null,
      value double precision,
      happened_at timestamptz not null,
      received_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, batch_id, position),
      foreign key (tenant_id, environment_id) references burgee.environments
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.event_intake')`.execute(db);
  await sql`select burgee.open_to_system('burgee.event_intake')`.execute(db);
  await sql`grant select, insert on burgee.event_intake to burgee_app`.execute(db);
  // To lock a row is to change it, as PostgreSQL counts.
  await sql`grant select, update (received_at), delete on burgee.event_intake to burgee_system`.execute(db);

  // What came before holds whatever programs sent.
  await sql`truncate burgee.tracked_events`.execute(db);
  await sql`alter table burgee.tracked_events add column subject bytea check (length(subject) = 32)`.execute(
    db,
  );
  await sql`revoke insert on burgee.tracked_events from burgee_app`.execute(db);
  await sql`grant select (received_at), insert on burgee.tracked_events to burgee_system`.execute(db);

  // What was told and is not kept, and what an SDK had no room for.
  await sql`
    create table burgee.usage_drops (
      tenant_id uuid not null,
      month date not null,
      environment_id uuid not null,
      hour timestamptz not null,
      kind text not null check (kind in ('evaluations', 'events', 'attributes', 'late_events')),
      count bigint not null check (count > 0),
      primary key (tenant_id, month, environment_id, hour, kind),
      foreign key (tenant_id, environment_id) references burgee.environments
    ) partition by range (month)`.execute(db);
  await sql`select burgee.partition_by_month('usage_drops', true)`.execute(db);
  await sql`grant select, insert, update (count) on burgee.usage_drops to burgee_app`.execute(db);
  await sql`grant select, insert, update (count), delete on burgee.usage_drops to burgee_system`.execute(db);

  await sql`
    create index usage_batches_of_environment on burgee.usage_batches (tenant_id, environment_id, received_at)`.execute(
    db,
  );
}
