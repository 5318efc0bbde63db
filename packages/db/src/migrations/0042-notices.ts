/** What happened to a tenant's toggles that programs and people are told of, written with the change itself. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.notices (
      tenant_id uuid not null references burgee.tenants,
      notice_id uuid not null,
      type text not null check (type ~ '^[a-z_]+[.][a-z_]+$' and length(type) <= 64),
      project_id uuid,
      environment_id uuid,
      revision bigint check (revision >= 0),
      data jsonb not null check (jsonb_typeof(data) = 'object' and octet_length(data::text) <= 32768),
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, notice_id),
      foreign key (tenant_id, project_id) references burgee.projects,
      foreign key (tenant_id, environment_id) references burgee.environments
    )`.execute(db);
  await sql`create index notices_by_age on burgee.notices (created_at)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.notices')`.execute(db);
  await sql`select burgee.open_to_system('burgee.notices')`.execute(db);
  await sql`grant select, insert on burgee.notices to burgee_app`.execute(db);
  await sql`grant select, delete on burgee.notices to burgee_system`.execute(db);
}
