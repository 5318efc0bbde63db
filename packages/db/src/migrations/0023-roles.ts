/** A tenant's own roles, and what a person's role is in one project or one environment. */
import { type Kysely, sql } from "kysely";

const BUILT_IN = sql.raw("('owner', 'admin', 'editor', 'viewer')");

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.roles (
      tenant_id uuid not null references burgee.tenants,
      key text not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$' and key not in ${BUILT_IN}),
      name text not null check (length(name) between 1 and 100),
      permissions text[] not null check (cardinality(permissions) <= 100),
      version int not null default 1 check (version >= 1),
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      updated_by text not null,
      updated_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, key)
    )`.execute(db);

  // A role is named by its key wherever it is bound. The generated column is what a foreign key can hold to: only the
  // tenant's own roles have rows, and one that is bound somewhere can't be deleted.
  await sql`
    alter table burgee.memberships
      drop constraint memberships_role_check,
      add column custom_role text generated always as (case when role in ${BUILT_IN} then null else role end) stored,
      add foreign key (tenant_id, custom_role) references burgee.roles`.execute(db);
  await sql`create index memberships_by_custom_role on burgee.memberships (tenant_id, custom_role)`.execute(
    db,
  );

  await sql`
    alter table burgee.environments
      add constraint environments_of_project unique (tenant_id, project_id, environment_id)`.execute(db);
  await sql`
    create table burgee.grants (
      tenant_id uuid not null,
      grant_id uuid not null,
      user_id uuid not null,
      project_id uuid not null,
      environment_id uuid,
      role text not null check (role <> 'owner'),
      custom_role text generated always as (case when role in ${BUILT_IN} then null else role end) stored,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, grant_id),
      unique nulls not distinct (tenant_id, user_id, project_id, environment_id),
      foreign key (tenant_id, user_id) references burgee.memberships on delete cascade,
      foreign key (tenant_id, project_id) references burgee.projects on delete cascade,
      foreign key (tenant_id, project_id, environment_id)
        references burgee.environments (tenant_id, project_id, environment_id) on delete cascade,
      foreign key (tenant_id, custom_role) references burgee.roles
    )`.execute(db);
  await sql`create index grants_by_custom_role on burgee.grants (tenant_id, custom_role)`.execute(db);

  for (const table of ["roles", "grants"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`grant select, insert, update, delete on burgee.${sql.table(table)} to burgee_app`.execute(db);
    await sql`grant select on burgee.${sql.table(table)} to burgee_system`.execute(db);
  }

  // Whatever takes an owner away, another one is left when the transaction commits. Who checks at the same moment waits
  // for the tenant's row. A tenant that is gone needs nobody.
  await sql`
    create function burgee.keep_an_owner() returns trigger
      language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      perform from burgee.tenants where tenant_id = old.tenant_id for no key update;
      if found and not exists (select from burgee.memberships where tenant_id = old.tenant_id and role = 'owner') then
        raise exception 'a tenant keeps an owner' using errcode = 'check_violation', constraint = 'tenant_keeps_an_owner';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create constraint trigger tenant_keeps_an_owner after update of role or delete on burgee.memberships
      deferrable initially deferred for each row when (old.role = 'owner')
      execute function burgee.keep_an_owner()`.execute(db);
  await sql`revoke execute on function burgee.keep_an_owner() from public`.execute(db);
}
