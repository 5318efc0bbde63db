/** How people come in, by signing up and by invitations, and what goes with who leaves. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Requests may add a person, and read none: accounts stay closed to burgee_app.
  await sql`create policy enrolment on burgee.users for insert to burgee_owner with check (true)`.execute(db);
  await sql`
    create function burgee.add_person(id uuid, address text, display text, hashed text) returns boolean
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      insert into burgee.users (user_id, email, name, password_hash) values (id, address, display, hashed);
      return true;
    exception when unique_violation then
      return false;
    end $$`.execute(db);
  await sql`revoke execute on function burgee.add_person(uuid, text, text, text) from public`.execute(db);
  await sql`grant execute on function burgee.add_person(uuid, text, text, text) to burgee_app`.execute(db);

  // The first sign-up of an installation is open; of several at once, whoever writes this row is the first.
  await sql`
    create table burgee.foundings (
      is_founded boolean primary key check (is_founded),
      founded_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  await sql`grant select, insert on burgee.foundings to burgee_app`.execute(db);

  await sql`
    create table burgee.invitations (
      tenant_id uuid not null references burgee.tenants,
      invitation_id uuid not null,
      token_hash bytea not null check (length(token_hash) = 32),
      email text not null check (email = lower(email) and length(email) between 3 and 320),
      role text not null check (length(role) between 1 and 64),
      invited_by uuid not null,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      primary key (tenant_id, invitation_id),
      unique (tenant_id, email)
    )`.execute(db);
  // Who comes with a link names no tenant: found by the hash alone, which is not unique by rule but by chance.
  await sql`create index invitations_by_hash on burgee.invitations (token_hash)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.invitations')`.execute(db);
  await sql`select burgee.open_to_system('burgee.invitations')`.execute(db);
  await sql`grant select, insert, delete on burgee.invitations to burgee_app`.execute(db);
  await sql`grant select on burgee.invitations to burgee_system`.execute(db);

  // A personal key acts as its member, and is gone with the membership: who comes back later brings no old key to life.
  await sql`
    alter table burgee.sdk_keys
      drop constraint sdk_keys_tenant_id_user_id_fkey,
      add constraint sdk_keys_tenant_id_user_id_fkey
        foreign key (tenant_id, user_id) references burgee.memberships on delete cascade`.execute(db);
}
