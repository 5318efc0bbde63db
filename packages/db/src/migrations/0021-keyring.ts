/**
 * Keys that seal what must be read back, each wrapped by a key that is kept elsewhere, and the first thing that is
 * sealed: the seeds of people's second factors.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // The nil id in tenant_id owns the key for what belongs to people, who are in several tenants; so there is no reference.
  await sql`
    create table burgee.data_keys (
      tenant_id uuid not null,
      data_key_id uuid not null,
      wrapped text not null check (length(wrapped) between 1 and 4096),
      created_at timestamptz not null default clock_timestamp(),
      replaced_at timestamptz,
      primary key (tenant_id, data_key_id)
    )`.execute(db);
  await sql`create unique index data_keys_one_current on burgee.data_keys (tenant_id) where replaced_at is null`.execute(
    db,
  );
  await sql`select burgee.protect_by_tenant('burgee.data_keys')`.execute(db);
  await sql`select burgee.open_to_system('burgee.data_keys')`.execute(db);
  await sql`grant select, insert, update (wrapped, replaced_at), delete on burgee.data_keys to burgee_system`.execute(
    db,
  );

  // The reference is taken from the sealed text itself: no key goes while anything needs it, and nothing is sealed by one
  // that went.
  await sql`
    create table burgee.second_factors (
      user_id uuid primary key references burgee.users on delete cascade,
      version int not null check (version >= 1),
      sealed_seed text not null check (length(sealed_seed) <= 1024),
      key_owner uuid not null generated always as ('00000000-0000-0000-0000-000000000000'::uuid) stored,
      data_key_id uuid not null generated always as (split_part(sealed_seed, '|', 2)::uuid) stored,
      last_step bigint not null default 0,
      created_at timestamptz not null default clock_timestamp(),
      confirmed_at timestamptz,
      foreign key (key_owner, data_key_id) references burgee.data_keys
    )`.execute(db);
  await sql`create index second_factors_by_key on burgee.second_factors (data_key_id, user_id)`.execute(db);
  await sql`
    create table burgee.recovery_codes (
      user_id uuid not null references burgee.second_factors on delete cascade,
      code_hash bytea not null check (length(code_hash) = 32),
      primary key (user_id, code_hash)
    )`.execute(db);

  for (const table of ["second_factors", "recovery_codes"]) {
    await sql`alter table burgee.${sql.raw(table)} enable row level security`.execute(db);
    await sql`alter table burgee.${sql.raw(table)} force row level security`.execute(db);
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`grant select, insert, update, delete on burgee.${sql.raw(table)} to burgee_system`.execute(db);
  }
}
