/** Endpoints that are told of notices: what is to be delivered to each, how each try went, and the mail of notices. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Empty types or environments are all of them. The endpoint's breaker stands here too, since every worker shares it.
  await sql`
    create table burgee.webhooks (
      tenant_id uuid not null references burgee.tenants,
      webhook_id uuid not null,
      project_id uuid,
      version int not null default 1 check (version >= 1),
      name text not null check (length(name) between 1 and 100),
      url text not null check (length(url) between 1 and 2048),
      types text[] not null check (cardinality(types) <= 50),
      environments text[] not null check (cardinality(environments) <= 50),
      state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
      disabled_for text check (disabled_for in ('gone', 'failing')),
      failures int not null default 0 check (failures >= 0),
      failing_since timestamptz,
      blocked_until timestamptz,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, webhook_id),
      foreign key (tenant_id, project_id) references burgee.projects,
      check ((state = 'disabled') = (disabled_for is not null))
    )`.execute(db);

  // Two sign while one takes the place of the other.
  await sql`
    create table burgee.webhook_secrets (
      tenant_id uuid not null,
      webhook_secret_id uuid not null,
      webhook_id uuid not null,
      sealed_secret text not null check (length(sealed_secret) <= 1024),
      data_key_id uuid not null generated always as (split_part(sealed_secret, '|', 2)::uuid) stored,
      created_at timestamptz not null default clock_timestamp(),
      retires_at timestamptz,
      primary key (tenant_id, webhook_secret_id),
      foreign key (tenant_id, webhook_id) references burgee.webhooks on delete cascade,
      foreign key (tenant_id, data_key_id) references burgee.data_keys
    )`.execute(db);
  await sql`
    create unique index webhook_secrets_one_current on burgee.webhook_secrets (tenant_id, webhook_id)
     where retires_at is null`.execute(db);
  await sql`create index webhook_secrets_by_key on burgee.webhook_secrets (tenant_id, data_key_id, webhook_secret_id)`.execute(
    db,
  );

  // A notice comes to an endpoint once. What is claimed is on its way; a claim that ran out is anybody's.
  await sql`
    create table burgee.webhook_deliveries (
      tenant_id uuid not null,
      webhook_id uuid not null,
      notice_id uuid not null,
      state text not null default 'waiting' check (state in ('waiting', 'delivered', 'given_up')),
      attempts int not null default 0 check (attempts >= 0),
      failures int not null default 0 check (failures >= 0),
      due_at timestamptz not null default clock_timestamp(),
      claimed_until timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, webhook_id, notice_id),
      foreign key (tenant_id, webhook_id) references burgee.webhooks on delete cascade,
      foreign key (tenant_id, notice_id) references burgee.notices on delete cascade
    )`.execute(db);
  await sql`create index webhook_deliveries_of_notice on burgee.webhook_deliveries (tenant_id, notice_id)`.execute(
    db,
  );
  await sql`
    create index webhook_deliveries_due on burgee.webhook_deliveries (tenant_id, webhook_id, due_at)
     where state = 'waiting'`.execute(db);
  await sql`
    create index webhook_deliveries_claimed on burgee.webhook_deliveries (tenant_id, webhook_id)
     where claimed_until is not null`.execute(db);

  await sql`
    create table burgee.webhook_attempts (
      tenant_id uuid not null,
      webhook_id uuid not null,
      notice_id uuid not null,
      attempt int not null check (attempt >= 1),
      duration_ms int not null check (duration_ms >= 0),
      status int,
      error text check (length(error) <= 200),
      answer text not null check (length(answer) <= 4096),
      ended_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, webhook_id, notice_id, attempt),
      foreign key (tenant_id, webhook_id, notice_id) references burgee.webhook_deliveries on delete cascade
    )`.execute(db);

  await sql`
    create table burgee.notice_mails (
      tenant_id uuid not null,
      notice_id uuid not null,
      user_id uuid not null,
      failures int not null default 0 check (failures >= 0),
      due_at timestamptz not null default clock_timestamp(),
      sent_at timestamptz,
      primary key (tenant_id, notice_id, user_id),
      foreign key (tenant_id, notice_id) references burgee.notices on delete cascade,
      foreign key (tenant_id, user_id) references burgee.memberships on delete cascade
    )`.execute(db);
  await sql`create index notice_mails_due on burgee.notice_mails (due_at) where sent_at is null`.execute(db);

  for (const table of [
    "webhooks",
    "webhook_secrets",
    "webhook_deliveries",
    "webhook_attempts",
    "notice_mails",
  ]) {
    const name = sql.lit(`burgee.${table}`);
    await sql`select burgee.protect_by_tenant(${name})`.execute(db);
    await sql`select burgee.open_to_system(${name})`.execute(db);
  }
  await sql`grant select, insert, update, delete on burgee.webhooks to burgee_app`.execute(db);
  await sql`grant select, insert, update (retires_at), delete on burgee.webhook_secrets to burgee_app`.execute(
    db,
  );
  await sql`
    grant select, insert, update (state, failures, due_at) on burgee.webhook_deliveries to burgee_app`.execute(
    db,
  );
  await sql`grant select on burgee.webhook_attempts to burgee_app`.execute(db);
  await sql`grant select, insert on burgee.notice_mails to burgee_app`.execute(db);

  await sql`grant select, update (failures, failing_since, blocked_until) on burgee.webhooks to burgee_system`.execute(
    db,
  );
  await sql`grant select, update (sealed_secret) on burgee.webhook_secrets to burgee_system`.execute(db);
  await sql`
    grant select, update (state, attempts, failures, due_at, claimed_until) on burgee.webhook_deliveries
      to burgee_system`.execute(db);
  await sql`grant insert on burgee.webhook_attempts to burgee_system`.execute(db);
  await sql`grant select, update (failures, due_at, sent_at) on burgee.notice_mails to burgee_system`.execute(
    db,
  );
}
