/** What SDKs tell of: how often each toggle served what, keys that nobody knows, and what programs track. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Tells a batch that comes again from one that is new. Months would not: one may come again in the next.
  await sql`
    create table burgee.usage_batches (
      tenant_id uuid not null,
      batch_id uuid not null,
      environment_id uuid not null,
      sdk_key_id uuid not null,
      sdk_name text not null,
      sdk_version text not null,
      applied_version text,
      applied_at timestamptz,
      traceparent text,
      dropped_evaluations bigint not null check (dropped_evaluations >= 0),
      dropped_events bigint not null check (dropped_events >= 0),
      received_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, batch_id),
      foreign key (tenant_id, environment_id) references burgee.environments,
      foreign key (tenant_id, sdk_key_id) references burgee.sdk_keys on delete cascade
    )`.execute(db);
  await sql`create index usage_batches_by_arrival on burgee.usage_batches (received_at)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.usage_batches')`.execute(db);
  await sql`select burgee.open_to_system('burgee.usage_batches')`.execute(db);

  // An empty variant is the caller's fallback.
  await sql`
    create table burgee.toggle_usage (
      tenant_id uuid not null,
      month date not null,
      environment_id uuid not null,
      toggle_id uuid not null,
      hour timestamptz not null,
      variant text not null,
      version int not null,
      count bigint not null check (count > 0),
      primary key (tenant_id, month, environment_id, toggle_id, hour, variant, version),
      foreign key (tenant_id, environment_id) references burgee.environments,
      foreign key (tenant_id, toggle_id) references burgee.toggles
    ) partition by range (month)`.execute(db);

  // An empty key stands for all beyond the bound of a day.
  await sql`
    create table burgee.unknown_toggle_usage (
      tenant_id uuid not null,
      month date not null,
      environment_id uuid not null,
      day date not null,
      toggle_key text not null check (length(toggle_key) <= 256),
      count bigint not null check (count > 0),
      primary key (tenant_id, month, environment_id, day, toggle_key),
      foreign key (tenant_id, environment_id) references burgee.environments
    ) partition by range (month)`.execute(db);

  await sql`
    create table burgee.tracked_events (
      tenant_id uuid not null,
      month date not null,
      batch_id uuid not null,
      position int not null check (position >= 0),
      environment_id uuid not null,
      name text not null check (length(name) between 1 and 256),
      context jsonb not null,
      value double precision,
      happened_at timestamptz not null,
      received_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, month, batch_id, position),
      foreign key (tenant_id, environment_id) references burgee.environments
    ) partition by range (month)`.execute(db);

  for (const table of ["toggle_usage", "unknown_toggle_usage", "tracked_events"]) {
    await sql`select burgee.partition_by_month(${sql.lit(table)}, true)`.execute(db);
    await sql`grant select (month), delete on burgee.${sql.raw(table)} to burgee_system`.execute(db);
  }
  await sql`grant select (received_at), delete on burgee.usage_batches to burgee_system`.execute(db);
  await sql`grant select, insert on burgee.usage_batches, burgee.tracked_events to burgee_app`.execute(db);
  await sql`
    grant select, insert, update (count) on burgee.toggle_usage, burgee.unknown_toggle_usage to burgee_app`.execute(
    db,
  );
}
