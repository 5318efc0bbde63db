/** How people come in: by signing up, which makes a person and their tenant in one transaction. */
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
}
