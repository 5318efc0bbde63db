/**
 * What a database needs before its first migration: the roles and the schema they meet in. Safe to run at every
 * start, and by several processes at once.
 *
 * - `burgee_owner` owns every table; nobody signs in as it, and row-level security is forced on it as well.
 * - `burgee_migrate` may act as the owner. Given a password, it is the login for migrations after the first.
 * - `burgee_app` serves tenants: it sees the rows of the tenant that its transaction entered, and no others.
 * - `burgee_system` does the work that crosses tenants (publishing, sweeps, finding a key's tenant), on its few tables.
 */
import type { ClientBase } from "pg";

const ROLES = ["burgee_owner", "burgee_migrate", "burgee_app", "burgee_system"] as const;
type Role = (typeof ROLES)[number];

export async function bootstrap(client: ClientBase): Promise<void> {
  for (const role of ROLES) {
    await createRole(client, role);
    await joinRole(client, role);
  }
  await letMigrate(client);
  await closeTemporary(client);
  await createSchema(client);
}

/** Roles belong to the whole server: another database's migration may make the same one at the same moment. */
async function createRole(client: ClientBase, role: Role): Promise<void> {
  await client.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${role}') then
        create role ${role} nologin nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$`);
}

/** Tried, not looked up: whoever made a role belongs to it from PostgreSQL 16 on, and still may not act as it. */
async function joinRole(client: ClientBase, role: Role): Promise<void> {
  await client.query(`
    do $$ begin
      set local role ${role};
    exception when insufficient_privilege then
      grant ${role} to current_user;
    end $$`);
}

/** The queue brings a schema of its own, hence CREATE; a login that may not grant it finds it granted, or does without. */
async function letMigrate(client: ClientBase): Promise<void> {
  for (const role of ROLES.filter((each) => each !== "burgee_migrate")) {
    await client.query(`
      do $$ begin
        if not pg_has_role('burgee_migrate', '${role}', 'member') then
          grant ${role} to burgee_migrate;
        end if;
      end $$`);
  }
  await client.query(`
    do $$ begin
      if not has_database_privilege('burgee_migrate', current_database(), 'create') then
        execute format('grant create on database %I to burgee_migrate', current_database());
      end if;
    exception when insufficient_privilege then null;
    end $$`);
}

/**
 * Who can make temporary objects can put a name of theirs before one of ours; none of our roles needs any. A login
 * that may not say so for this database leaves it as it found it.
 */
async function closeTemporary(client: ClientBase): Promise<void> {
  await client.query(`
    do $$ begin
      if has_database_privilege('public', current_database(), 'temporary') then
        execute format('revoke temporary on database %I from public', current_database());
      end if;
    exception when insufficient_privilege then null;
    end $$`);
}

/** A login that may not make schemas still passes where somebody made this one beforehand. */
async function createSchema(client: ClientBase): Promise<void> {
  await client.query(`
    do $$ begin
      if not exists (select from pg_namespace where nspname = 'burgee') then
        create schema burgee authorization burgee_owner;
      end if;
    end $$`);
}
