/** The keys by which a tenant's rulesets are signed, and what each ruleset carries of that. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.signing_keys (
      tenant_id uuid not null references burgee.tenants,
      signing_key_id uuid not null,
      public_key bytea not null check (length(public_key) = 32),
      sealed_private text not null check (length(sealed_private) <= 1024),
      data_key_id uuid not null generated always as (split_part(sealed_private, '|', 2)::uuid) stored,
      created_at timestamptz not null default clock_timestamp(),
      retires_at timestamptz,
      primary key (tenant_id, signing_key_id),
      foreign key (tenant_id, data_key_id) references burgee.data_keys
    )`.execute(db);
  // Publishers of one tenant may meet where it has none yet: the first one's stays.
  await sql`
    create unique index signing_keys_one_current on burgee.signing_keys (tenant_id) where retires_at is null`.execute(
    db,
  );
  await sql`create index signing_keys_by_key on burgee.signing_keys (tenant_id, data_key_id, signing_key_id)`.execute(
    db,
  );
  await sql`select burgee.protect_by_tenant('burgee.signing_keys')`.execute(db);
  await sql`select burgee.open_to_system('burgee.signing_keys')`.execute(db);
  await sql`grant select, insert, update (retires_at), delete on burgee.signing_keys to burgee_app`.execute(
    db,
  );
  await sql`grant select, update (sealed_private) on burgee.signing_keys to burgee_system`.execute(db);

  // Null where an earlier release published it: its next revision is signed.
  await sql`alter table burgee.rulesets add column seal text check (length(seal) <= 1024)`.execute(db);
}
