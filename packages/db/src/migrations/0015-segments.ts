/** Segments of a project, every version they ever had, and the revision that brought each version to an environment. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.segments (
      tenant_id uuid not null,
      segment_id uuid not null,
      project_id uuid not null,
      key text not null check (key ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
      version int not null check (version >= 1),
      state jsonb not null,
      segment_keys text[] not null,
      compiled_bytes int not null check (compiled_bytes >= 0),
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      updated_by text not null,
      updated_at timestamptz not null default clock_timestamp(),
      archived_at timestamptz,
      primary key (tenant_id, segment_id),
      unique (tenant_id, project_id, key),
      foreign key (tenant_id, project_id) references burgee.projects
    ) partition by hash (tenant_id)`.execute(db);

  await sql`
    create table burgee.segment_versions (
      tenant_id uuid not null,
      segment_id uuid not null,
      version int not null check (version >= 1),
      state jsonb not null,
      actor text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, segment_id, version),
      foreign key (tenant_id, segment_id) references burgee.segments
    ) partition by hash (tenant_id)`.execute(db);

  // A version is one for all environments of its project; each of them counts revisions of its own.
  await sql`
    create table burgee.segment_revisions (
      tenant_id uuid not null,
      environment_id uuid not null,
      segment_id uuid not null,
      revision bigint not null,
      version int not null,
      primary key (tenant_id, environment_id, segment_id, revision),
      foreign key (tenant_id, environment_id) references burgee.environments,
      foreign key (tenant_id, segment_id, version) references burgee.segment_versions
    ) partition by hash (tenant_id)`.execute(db);
  await sql`create index on burgee.segment_revisions (tenant_id, environment_id, revision)`.execute(db);

  for (const table of ["segments", "segment_versions", "segment_revisions"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`select burgee.make_hash_partitions(${sql.lit(table)})`.execute(db);
  }
  await sql`grant select, insert, update on burgee.segments to burgee_app`.execute(db);
  await sql`grant select, insert on burgee.segment_versions, burgee.segment_revisions to burgee_app`.execute(
    db,
  );

  await sql`alter table burgee.settings add column segment_keys text[] not null default '{}'`.execute(db);
  await sql`alter table burgee.rulesets add column removed_segments jsonb not null default '{}'`.execute(db);
  await sql`alter table burgee.outbox add column segment_id uuid`.execute(db);
  await sql`alter table burgee.outbox drop constraint outbox_type_check`.execute(db);
  await sql`
    alter table burgee.outbox add constraint outbox_type_check check (type in (
      'environment.created', 'environment.recompiled', 'toggle.changed', 'toggle.archived', 'segment.changed', 'segment.archived'))`.execute(
    db,
  );
}
