/** Toggles of a project, their setting in each environment, and every version a setting ever had. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.toggles (
      tenant_id uuid not null,
      toggle_id uuid not null,
      project_id uuid not null,
      key text not null check (key ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
      kind text not null check (kind in ('boolean', 'string')),
      description text not null default '' check (length(description) <= 2000),
      variants jsonb not null,
      default_variant text not null,
      off_variant text not null,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp(),
      archived_at timestamptz,
      primary key (tenant_id, toggle_id),
      unique (tenant_id, project_id, key),
      foreign key (tenant_id, project_id) references burgee.projects
    )`.execute(db);
  for (const column of ["key", "kind", "default_variant", "created_by", "updated_at"]) {
    await sql`create index on burgee.toggles (tenant_id, ${sql.ref(column)})`.execute(db);
  }
  await sql`select burgee.protect_by_tenant('burgee.toggles')`.execute(db);
  await sql`grant select, insert, update on burgee.toggles to burgee_app`.execute(db);

  await sql`
    create table burgee.settings (
      tenant_id uuid not null,
      environment_id uuid not null,
      toggle_id uuid not null,
      version int not null check (version >= 1),
      state jsonb not null,
      salt text not null check (salt ~ '^[A-Za-z0-9]{8,64}$'),
      updated_by text not null,
      updated_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, environment_id, toggle_id),
      foreign key (tenant_id, environment_id) references burgee.environments,
      foreign key (tenant_id, toggle_id) references burgee.toggles
    ) partition by hash (tenant_id)`.execute(db);
  await sql`create index on burgee.settings (tenant_id, toggle_id)`.execute(db);

  await sql`
    create table burgee.setting_versions (
      tenant_id uuid not null,
      environment_id uuid not null,
      toggle_id uuid not null,
      version int not null check (version >= 1),
      revision bigint not null,
      state jsonb not null,
      salt text not null,
      kind text not null,
      variants jsonb not null,
      actor text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, environment_id, toggle_id, version),
      foreign key (tenant_id, environment_id, toggle_id) references burgee.settings
    ) partition by hash (tenant_id)`.execute(db);

  await sql`create index on burgee.setting_versions (tenant_id, environment_id, revision)`.execute(db);

  for (const table of ["settings", "setting_versions"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`select burgee.make_hash_partitions(${sql.lit(table)})`.execute(db);
  }
  await sql`grant select, insert, update on burgee.settings to burgee_app`.execute(db);
  await sql`grant select, insert on burgee.setting_versions to burgee_app`.execute(db);
}
