/** How much of something a tenant may have, where an operator said otherwise than the defaults, and indexes to count it by. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.quotas (
      tenant_id uuid not null references burgee.tenants,
      quota text not null check (quota ~ '^[a-z_]{1,40}$'),
      most bigint not null check (most between 0 and 9007199254740991),
      set_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, quota)
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.quotas')`.execute(db);
  await sql`select burgee.open_to_system('burgee.quotas')`.execute(db);
  await sql`grant select on burgee.quotas to burgee_app`.execute(db);
  await sql`grant select, insert, update, delete on burgee.quotas to burgee_system`.execute(db);

  await sql`create index toggles_live on burgee.toggles (tenant_id) where archived_at is null`.execute(db);
  await sql`create index segments_live on burgee.segments (tenant_id) where archived_at is null`.execute(db);
}
