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

export async function bootstrap(client: ClientBase): Promise<void> {
  for (const role of ROLES) {
    await client.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then
          create role ${role} nologin nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$`);
    await client.query(`
      do $$ begin
        if not pg_has_role(current_user, '${role}', 'member') then
          grant ${role} to current_user;
        end if;
      end $$`);
  }
  await client.query("create schema if not exists burgee authorization burgee_owner");
  await client.query("revoke all on schema burgee from public");
}
