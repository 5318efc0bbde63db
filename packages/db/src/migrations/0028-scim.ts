/** Provisioning by a tenant's directory (SCIM): its tokens, the people and groups that it manages, and what groups give. */
import { type Kysely, sql } from "kysely";

const BUILT_IN = sql.raw("('owner', 'admin', 'editor', 'viewer')");

export async function up(db: Kysely<unknown>): Promise<void> {
  // A directory adds and renames accounts of its own tenant, and reaches no others: these functions are the only way.
  await sql`
    create policy own_people_seen on burgee.users for select to burgee_owner
      using (managed_by = burgee.app_tenant())`.execute(db);
  await sql`
    create policy own_people_changed on burgee.users for update to burgee_owner
      using (managed_by = burgee.app_tenant()) with check (managed_by = burgee.app_tenant())`.execute(db);
  await sql`
    create function burgee.add_managed_person(id uuid, address text, display text, hashed text) returns void
      language sql security definer set search_path = pg_catalog, pg_temp as $$
        insert into burgee.users (user_id, email, name, password_hash, managed_by)
        values (id, address, display, hashed, burgee.app_tenant())
      $$`.execute(db);
  await sql`
    create function burgee.change_managed_person(id uuid, address text, display text) returns boolean
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      update burgee.users set email = address, name = display
       where user_id = id and managed_by = burgee.app_tenant();
      return found;
    end $$`.execute(db);
  for (const signature of [
    "add_managed_person(uuid, text, text, text)",
    "change_managed_person(uuid, text, text)",
  ]) {
    await sql`revoke execute on function burgee.${sql.raw(signature)} from public`.execute(db);
    await sql`grant execute on function burgee.${sql.raw(signature)} to burgee_app`.execute(db);
  }

  await sql`
    create table burgee.scim_tokens (
      tenant_id uuid not null references burgee.tenants,
      scim_token_id uuid not null,
      hash bytea not null check (length(hash) = 32),
      display text not null,
      name text not null check (length(name) between 1 and 100),
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      revoked_at timestamptz,
      replaces uuid check (replaces <> scim_token_id),
      last_used_at timestamptz,
      primary key (tenant_id, scim_token_id),
      unique (tenant_id, hash),
      unique (tenant_id, replaces),
      foreign key (tenant_id, replaces) references burgee.scim_tokens
    )`.execute(db);
  // The look-up that finds the tenant can't know it.
  await sql`create index scim_tokens_by_hash on burgee.scim_tokens (hash)`.execute(db);

  // Whether somebody is active is whether they are a member. What they had is kept beside while they are not.
  await sql`
    create table burgee.scim_users (
      tenant_id uuid not null references burgee.tenants,
      scim_user_id uuid not null,
      user_id uuid not null references burgee.users,
      user_name text not null check (length(user_name) between 1 and 320),
      user_name_key text not null generated always as (lower(user_name)) stored,
      email text not null check (email = lower(email) and length(email) between 3 and 320),
      external_id text check (length(external_id) between 1 and 256),
      display_name text not null check (length(display_name) between 1 and 100),
      given_name text check (length(given_name) <= 100),
      family_name text check (length(family_name) <= 100),
      given_role text not null check (length(given_role) between 1 and 64),
      suspended jsonb,
      deactivated_at timestamptz,
      version int not null default 1 check (version >= 1),
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, scim_user_id),
      unique (tenant_id, user_id),
      unique (tenant_id, user_name_key),
      unique (tenant_id, email)
    )`.execute(db);
  await sql`create index scim_users_by_external_id on burgee.scim_users (tenant_id, external_id)`.execute(db);

  await sql`
    create table burgee.scim_groups (
      tenant_id uuid not null references burgee.tenants,
      scim_group_id uuid not null,
      display_name text not null check (length(display_name) between 1 and 256),
      external_id text check (length(external_id) between 1 and 256),
      version int not null default 1 check (version >= 1),
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, scim_group_id),
      unique (tenant_id, display_name)
    )`.execute(db);
  await sql`
    create table burgee.scim_group_members (
      tenant_id uuid not null,
      scim_group_id uuid not null,
      scim_user_id uuid not null,
      primary key (tenant_id, scim_group_id, scim_user_id),
      foreign key (tenant_id, scim_group_id) references burgee.scim_groups on delete cascade,
      foreign key (tenant_id, scim_user_id) references burgee.scim_users on delete cascade
    )`.execute(db);
  await sql`
    create index scim_group_members_by_user on burgee.scim_group_members (tenant_id, scim_user_id)`.execute(
    db,
  );

  // What groups give, the first that fits before all others; nobody becomes an owner who is not named one here.
  await sql`
    create table burgee.scim_settings (
      tenant_id uuid primary key references burgee.tenants,
      version int not null check (version >= 1),
      default_role text not null check (default_role <> 'owner'),
      custom_role text generated always as (case when default_role in ${BUILT_IN} then null else default_role end) stored,
      foreign key (tenant_id, custom_role) references burgee.roles
    )`.execute(db);
  await sql`
    create table burgee.scim_roles (
      tenant_id uuid not null references burgee.scim_settings on delete cascade,
      place int not null check (place between 1 and 1000),
      group_name text not null check (length(group_name) between 1 and 256),
      role text not null check (length(role) between 1 and 64 and (role <> 'owner' or project_id is null)),
      custom_role text generated always as (case when role in ${BUILT_IN} then null else role end) stored,
      project_id uuid,
      environment_id uuid check (environment_id is null or project_id is not null),
      primary key (tenant_id, place),
      foreign key (tenant_id, custom_role) references burgee.roles,
      foreign key (tenant_id, project_id) references burgee.projects on delete cascade,
      foreign key (tenant_id, project_id, environment_id)
        references burgee.environments (tenant_id, project_id, environment_id) on delete cascade
    )`.execute(db);

  for (const table of [
    "scim_tokens",
    "scim_users",
    "scim_groups",
    "scim_group_members",
    "scim_settings",
    "scim_roles",
  ]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`grant select, insert, update, delete on burgee.${sql.raw(table)} to burgee_app`.execute(db);
  }
  await sql`select burgee.open_to_system('burgee.scim_tokens')`.execute(db);
  await sql`grant select, update (last_used_at) on burgee.scim_tokens to burgee_system`.execute(db);
}
