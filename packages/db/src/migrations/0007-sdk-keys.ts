/** Keys that programs present. Only the SHA-256 of a key is kept. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.sdk_keys (
      tenant_id uuid not null,
      sdk_key_id uuid not null,
      kind text not null check (kind in ('srv', 'pat')),
      hash bytea not null check (length(hash) = 32),
      display text not null,
      name text not null check (length(name) between 1 and 100),
      project_id uuid not null,
      environment_id uuid not null,
      user_id uuid,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz,
      revoked_at timestamptz,
      primary key (tenant_id, sdk_key_id),
      unique (tenant_id, hash),
      foreign key (tenant_id, project_id) references burgee.projects,
      foreign key (tenant_id, environment_id) references burgee.environments,
      foreign key (tenant_id, user_id) references burgee.memberships,
      check ((kind = 'pat') = (user_id is not null))
    )`.execute(db);
  // The look-up that finds the tenant can't know it: this index alone is led by the hash, and is not unique.
  await sql`create index sdk_keys_by_hash on burgee.sdk_keys (hash)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.sdk_keys')`.execute(db);
  await sql`select burgee.open_to_system('burgee.sdk_keys')`.execute(db);
  await sql`grant select, insert, update on burgee.sdk_keys to burgee_app`.execute(db);
  await sql`grant select on burgee.sdk_keys to burgee_system`.execute(db);
}
