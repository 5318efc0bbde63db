/** What a guard shows the Prometheus server that it asks: sealed, of one guard of one plan, and gone once the plan has ended. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.guard_credentials (
      tenant_id uuid not null,
      guard_credential_id uuid not null,
      rollout_plan_id uuid not null,
      guard_key text not null,
      sealed_authorization text not null check (length(sealed_authorization) <= 8192),
      data_key_id uuid not null generated always as (split_part(sealed_authorization, '|', 2)::uuid) stored,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, guard_credential_id),
      unique (tenant_id, rollout_plan_id, guard_key),
      foreign key (tenant_id, rollout_plan_id) references burgee.rollout_plans,
      foreign key (tenant_id, data_key_id) references burgee.data_keys
    )`.execute(db);
  await sql`create index guard_credentials_by_key on burgee.guard_credentials (tenant_id, data_key_id, guard_credential_id)`.execute(
    db,
  );
  await sql`select burgee.protect_by_tenant('burgee.guard_credentials')`.execute(db);
  await sql`select burgee.open_to_system('burgee.guard_credentials')`.execute(db);
  await sql`grant select, insert, delete on burgee.guard_credentials to burgee_app`.execute(db);
  await sql`grant select, update (sealed_authorization), delete on burgee.guard_credentials to burgee_system`.execute(
    db,
  );
}
