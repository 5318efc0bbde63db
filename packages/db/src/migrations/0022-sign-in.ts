/** What signing in needs beyond a password: sessions that people see and end, second steps, and bounds on guesses. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Goes up with each change of what a person signs in by; what was proved by the one before it counts no more.
  await sql`alter table burgee.users add column credentials_version int not null default 1`.execute(db);

  // Sessions from before hold no role: they are rotated at their next use.
  await sql`
    alter table burgee.sessions
      add column session_id uuid not null default gen_random_uuid(),
      add column last_seen_at timestamptz not null default clock_timestamp(),
      add column proved_at timestamptz not null default '-infinity',
      add column role text,
      add column user_agent text not null default '' check (length(user_agent) <= 256)`.execute(db);
  await sql`create unique index sessions_by_id on burgee.sessions (tenant_id, session_id)`.execute(db);

  await sql`
    create table burgee.pending_sign_ins (
      pending_hash bytea primary key check (length(pending_hash) = 32),
      user_id uuid not null references burgee.users on delete cascade,
      credentials_version int not null,
      guesses_left int not null check (guesses_left >= 0),
      ends_at timestamptz not null
    )`.execute(db);
  await sql`create index pending_sign_ins_by_user on burgee.pending_sign_ins (user_id)`.execute(db);

  await sql`
    create table burgee.guesses (
      bucket bytea primary key check (length(bucket) = 32),
      guesses int not null,
      ends_at timestamptz not null
    )`.execute(db);
  await sql`create index guesses_by_end on burgee.guesses (ends_at)`.execute(db);

  await sql`
    create table burgee.known_addresses (
      user_id uuid not null references burgee.users on delete cascade,
      address_hash bytea not null check (length(address_hash) = 32),
      last_seen_at timestamptz not null default clock_timestamp(),
      primary key (user_id, address_hash)
    )`.execute(db);

  for (const table of ["pending_sign_ins", "guesses", "known_addresses"]) {
    await sql`alter table burgee.${sql.raw(table)} enable row level security`.execute(db);
    await sql`alter table burgee.${sql.raw(table)} force row level security`.execute(db);
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`grant select, insert, update, delete on burgee.${sql.raw(table)} to burgee_system`.execute(db);
  }
}
