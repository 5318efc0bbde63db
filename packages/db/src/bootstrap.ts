/**
 * What a database needs before its first migration: the roles and the schema they meet in. Safe to run at every
 * start, and by several processes at once.
 *
 * - `burgee_owner` owns every table and runs migrations; row-level security is forced on it as well.
 * - `burgee_app` serves tenants: it sees the rows of the tenant that its transaction entered, and no others.
 * - `burgee_system` does the work that crosses tenants (publishing, sweeps, finding a key's tenant), on its few tables.
 */
import type { ClientBase } from "pg";

const ROLES = ["burgee_owner", "burgee_app", "burgee_system"] as const;
type Role = (typeof ROLES)[number];

export async function bootstrap(client: ClientBase): Promise<void> {
  for (const role of ROLES) {
    await createRole(client, role);
    await joinRole(client, role);
  }
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

/** A login that may not make schemas still passes where somebody made this one beforehand. */
async function createSchema(client: ClientBase): Promise<void> {
  await client.query(`
    do $$ begin
      if not exists (select from pg_namespace where nspname = 'burgee') then
        create schema burgee authorization burgee_owner;
      end if;
    end $$`);
}
