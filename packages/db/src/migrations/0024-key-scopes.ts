/** Keys for browsers, personal keys that are for less than their person may, keys that replace others, and when one was used last. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table burgee.sdk_keys
      drop constraint sdk_keys_kind_check,
      add constraint sdk_keys_kind_check check (kind in ('srv', 'cli', 'pat')),
      add column origins text[] not null default '{}'
        check (cardinality(origins) <= 50 and (kind = 'cli' or cardinality(origins) = 0)),
      add column permissions text[] check (permissions is null or (kind = 'pat' and cardinality(permissions) <= 100)),
      add column environments jsonb check (environments is null or (kind = 'pat' and jsonb_typeof(environments) = 'array')),
      add column replaces uuid check (replaces <> sdk_key_id),
      add column last_used_at timestamptz,
      add unique (tenant_id, replaces),
      add foreign key (tenant_id, replaces) references burgee.sdk_keys`.execute(db);
  await sql`create index sdk_keys_by_user on burgee.sdk_keys (tenant_id, user_id) where user_id is not null`.execute(
    db,
  );
  await sql`grant update (last_used_at) on burgee.sdk_keys to burgee_system`.execute(db);
}
