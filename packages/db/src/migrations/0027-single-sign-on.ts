/** Sign-in by a tenant's own OpenID provider: connections, domains, sign-ins under way, and whom a provider spoke for. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // An account that a tenant's provider made is that tenant's alone: its address is what the provider says, and finds nobody.
  await sql`alter table burgee.users add column managed_by uuid references burgee.tenants`.execute(db);
  await sql`drop index burgee.users_email`.execute(db);
  await sql`create unique index users_email on burgee.users (email) where managed_by is null`.execute(db);

  await sql`
    create table burgee.oidc_connections (
      tenant_id uuid not null references burgee.tenants,
      connection_id uuid not null,
      version int not null default 1 check (version >= 1),
      name text not null check (length(name) between 1 and 100),
      issuer text not null check (length(issuer) between 1 and 512),
      client_id text not null check (length(client_id) between 1 and 256),
      secret_version int not null default 1 check (secret_version >= 1),
      sealed_secret text not null check (length(sealed_secret) <= 4096),
      data_key_id uuid not null generated always as (split_part(sealed_secret, '|', 2)::uuid) stored,
      scopes text[] not null check (cardinality(scopes) <= 20),
      role_claim text check (length(role_claim) between 1 and 100),
      roles jsonb not null,
      default_role text check (default_role in ('admin', 'editor', 'viewer')),
      tested_version int,
      enforced boolean not null default false check (not enforced or tested_version = version),
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, connection_id),
      foreign key (tenant_id, data_key_id) references burgee.data_keys
    )`.execute(db);
  await sql`create index oidc_connections_by_key on burgee.oidc_connections (tenant_id, data_key_id, connection_id)`.execute(
    db,
  );

  await sql`
    create table burgee.oidc_domains (
      tenant_id uuid not null,
      domain text not null check (domain = lower(domain) and length(domain) between 3 and 253),
      connection_id uuid not null,
      proof text not null check (length(proof) between 20 and 100),
      proved_at timestamptz,
      primary key (tenant_id, domain),
      foreign key (tenant_id, connection_id) references burgee.oidc_connections on delete cascade
    )`.execute(db);
  // An address names no tenant: several may have proved one domain, and the first is asked.
  await sql`create index oidc_domains_proved on burgee.oidc_domains (domain, proved_at) where proved_at is not null`.execute(
    db,
  );

  await sql`
    create table burgee.oidc_attempts (
      tenant_id uuid not null,
      state_hash bytea not null check (length(state_hash) = 32),
      connection_id uuid not null,
      connection_version int not null,
      browser_hash bytea not null check (length(browser_hash) = 32),
      return_to text not null check (length(return_to) <= 2048),
      tester_id uuid references burgee.users on delete cascade,
      ends_at timestamptz not null,
      primary key (tenant_id, state_hash),
      foreign key (tenant_id, connection_id) references burgee.oidc_connections on delete cascade
    )`.execute(db);
  await sql`create index oidc_attempts_by_end on burgee.oidc_attempts (ends_at)`.execute(db);

  await sql`
    create table burgee.oidc_identities (
      tenant_id uuid not null,
      issuer text not null check (length(issuer) between 1 and 512),
      subject text not null check (length(subject) between 1 and 255),
      user_id uuid not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, issuer, subject),
      foreign key (tenant_id, user_id) references burgee.memberships on delete cascade
    )`.execute(db);

  for (const table of ["oidc_connections", "oidc_domains", "oidc_attempts", "oidc_identities"]) {
    const name = sql.lit(`burgee.${table}`);
    await sql`select burgee.protect_by_tenant(${name})`.execute(db);
    await sql`grant select, insert, update, delete on burgee.${sql.raw(table)} to burgee_app`.execute(db);
  }
  for (const table of ["oidc_connections", "oidc_domains", "oidc_attempts"]) {
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  await sql`grant select, update (sealed_secret) on burgee.oidc_connections to burgee_system`.execute(db);
  await sql`grant select on burgee.oidc_domains to burgee_system`.execute(db);
  await sql`grant select, delete on burgee.oidc_attempts to burgee_system`.execute(db);
}
