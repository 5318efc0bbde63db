/** From change to ruleset: the outbox, how far each environment is published, and what was published. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.outbox (
      tenant_id uuid not null,
      month date not null,
      environment_id uuid not null,
      epoch uuid not null,
      revision bigint not null,
      type text not null check (type in ('environment.created', 'toggle.changed', 'toggle.archived')),
      toggle_id uuid,
      version int,
      traceparent text,
      created_at timestamptz not null default clock_timestamp(),
      published boolean not null default false,
      primary key (tenant_id, month, environment_id, epoch, revision),
      foreign key (tenant_id, environment_id) references burgee.environments
    ) partition by range (month)`.execute(db);
  // The publisher's poll reads this index alone; it holds only what is not yet published.
  await sql`create index outbox_waiting on burgee.outbox (tenant_id, environment_id, revision) where not published`.execute(
    db,
  );
  await sql`select burgee.partition_by_month('outbox', true)`.execute(db);
  await sql`grant select, insert on burgee.outbox to burgee_app`.execute(db);
  await sql`grant select, update (published), delete on burgee.outbox to burgee_system`.execute(db);

  await sql`
    create table burgee.publications (
      tenant_id uuid not null,
      environment_id uuid not null,
      epoch uuid not null,
      published_revision bigint not null default 0,
      announced_revision bigint not null default 0,
      failures int not null default 0,
      retry_at timestamptz not null default '-infinity',
      primary key (tenant_id, environment_id),
      foreign key (tenant_id, environment_id) references burgee.environments
    )`.execute(db);
  await sql`create index publications_unannounced on burgee.publications (tenant_id, environment_id)
    where announced_revision < published_revision`.execute(db);

  await sql`
    create table burgee.rulesets (
      tenant_id uuid not null,
      environment_id uuid not null,
      epoch uuid not null,
      revision bigint not null,
      body text not null,
      removed jsonb not null,
      sha256 bytea not null,
      published_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, environment_id),
      foreign key (tenant_id, environment_id) references burgee.environments
    )`.execute(db);

  await sql`
    create table burgee.dead_letters (
      tenant_id uuid not null references burgee.tenants,
      dead_letter_id uuid not null default gen_random_uuid(),
      source text not null,
      payload jsonb not null,
      error text not null,
      attempts int not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, dead_letter_id)
    )`.execute(db);

  for (const table of ["publications", "rulesets", "dead_letters"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  await sql`grant select, insert on burgee.publications to burgee_app`.execute(db);
  await sql`grant select, update on burgee.publications to burgee_system`.execute(db);
  await sql`grant select on burgee.rulesets to burgee_app`.execute(db);
  await sql`grant select, insert, update on burgee.rulesets to burgee_system`.execute(db);
  await sql`grant select on burgee.dead_letters to burgee_app`.execute(db);
  await sql`grant select, insert, delete on burgee.dead_letters to burgee_system`.execute(db);
}
