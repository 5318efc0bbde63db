/** Tenants, the people of this installation, and who belongs to which tenant. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.tenants (
      tenant_id uuid primary key,
      name text not null check (length(name) between 1 and 100),
      created_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.tenants')`.execute(db);
  await sql`grant select, insert, update on burgee.tenants to burgee_app`.execute(db);

  // A person may belong to several tenants, so the row belongs to none; a tenant sees its own members only.
  await sql`
    create table burgee.users (
      user_id uuid primary key,
      email text not null check (email = lower(email) and length(email) between 3 and 320),
      name text not null check (length(name) between 1 and 100),
      password_hash text not null,
      created_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  await sql`create unique index users_email on burgee.users (email)`.execute(db);

  await sql`
    create table burgee.memberships (
      tenant_id uuid not null references burgee.tenants,
      user_id uuid not null references burgee.users,
      role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, user_id)
    )`.execute(db);
  await sql`create index memberships_by_user on burgee.memberships (user_id)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.memberships')`.execute(db);
  await sql`select burgee.open_to_system('burgee.memberships')`.execute(db);
  await sql`grant select, insert, update, delete on burgee.memberships to burgee_app`.execute(db);
  await sql`grant select on burgee.memberships to burgee_system`.execute(db);

  await sql`alter table burgee.users enable row level security`.execute(db);
  await sql`alter table burgee.users force row level security`.execute(db);
  await sql`
    create policy members_of_tenant on burgee.users for select to burgee_app
      using (exists (select from burgee.memberships m
                      where m.tenant_id = burgee.app_tenant() and m.user_id = users.user_id))`.execute(db);
  await sql`select burgee.open_to_system('burgee.users')`.execute(db);
  await sql`grant select on burgee.users to burgee_app`.execute(db);
  await sql`grant select, insert, update on burgee.users to burgee_system`.execute(db);
}
