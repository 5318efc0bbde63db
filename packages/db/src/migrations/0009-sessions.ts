/** Who is signed in to which tenant. Only the SHA-256 of a session's id is kept. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.sessions (
      tenant_id uuid not null,
      session_hash bytea not null check (length(session_hash) = 32),
      user_id uuid not null,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      ends_at timestamptz not null,
      primary key (tenant_id, session_hash),
      foreign key (tenant_id, user_id) references burgee.memberships on delete cascade
    )`.execute(db);
  // Who comes with a cookie names no tenant: found by the hash alone, which is not unique by rule but by chance.
  await sql`create index sessions_by_hash on burgee.sessions (session_hash)`.execute(db);
  await sql`create index sessions_by_user on burgee.sessions (user_id)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.sessions')`.execute(db);
  await sql`select burgee.open_to_system('burgee.sessions')`.execute(db);
  await sql`grant select, insert, update, delete on burgee.sessions to burgee_system`.execute(db);
}
