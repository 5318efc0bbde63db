/** Takes back what nobody uses, and what let a role that serves become the owner. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Where a search_path does not name pg_temp, names of types are looked for there first: whoever may make a temporary
  // domain `date` would have a function cast to it, and run the domain's checks as the function's owner.
  await sql`
    do $$
    declare
      routine regprocedure;
    begin
      for routine in
        select oid::regprocedure from pg_catalog.pg_proc
         where pronamespace = 'burgee'::regnamespace
           and exists (select from unnest(proconfig) setting where setting like 'search_path=%')
      loop
        execute format('alter function %s set search_path = pg_catalog, pg_temp', routine);
      end loop;
    end $$`.execute(db);

  // Signing in is the system's alone, and so are the hashes of passwords.
  await sql`drop policy members_of_tenant on burgee.users`.execute(db);
  await sql`revoke all on burgee.users from burgee_app`.execute(db);
  await sql`revoke delete on burgee.outbox from burgee_system`.execute(db);
  await sql`revoke delete on burgee.dead_letters from burgee_system`.execute(db);
}
