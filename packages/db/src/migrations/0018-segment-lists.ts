/** Lists of ids too long for a ruleset, by the hash of their bytes, and which versions of segments name them. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.segment_lists (
      tenant_id uuid not null,
      project_id uuid not null,
      hash bytea not null check (length(hash) = 32),
      count int not null check (count >= 0),
      size int not null check (size > 0),
      bytes bytea not null,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      used_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, project_id, hash),
      foreign key (tenant_id, project_id) references burgee.projects
    ) partition by hash (tenant_id)`.execute(db);

  // What names a list goes with it: only lists that no segment names as it is now are ever deleted.
  await sql`
    create table burgee.segment_version_lists (
      tenant_id uuid not null,
      segment_id uuid not null,
      version int not null,
      project_id uuid not null,
      hash bytea not null,
      primary key (tenant_id, segment_id, version, hash),
      foreign key (tenant_id, segment_id, version) references burgee.segment_versions,
      foreign key (tenant_id, project_id, hash) references burgee.segment_lists on delete cascade
    ) partition by hash (tenant_id)`.execute(db);
  await sql`create index on burgee.segment_version_lists (tenant_id, project_id, hash)`.execute(db);

  for (const table of ["segment_lists", "segment_version_lists"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`select burgee.make_hash_partitions(${sql.lit(table)})`.execute(db);
    await sql`select burgee.open_to_system(${sql.lit(`burgee.${table}`)})`.execute(db);
  }
  // Ids hardly compress, and are read whole. Each partition keeps its own choice.
  await sql`
    do $$
    begin
      for remainder in 0..15 loop
        execute format('alter table burgee.segment_lists_h%s alter column bytes set storage external', lpad(remainder::text, 2, '0'));
      end loop;
    end $$`.execute(db);
  await sql`select burgee.open_to_system('burgee.segments')`.execute(db);

  await sql`grant select, insert, update (used_at) on burgee.segment_lists to burgee_app`.execute(db);
  await sql`grant select, insert on burgee.segment_version_lists to burgee_app`.execute(db);
  await sql`grant select (tenant_id, project_id, hash, used_at), delete on burgee.segment_lists to burgee_system`.execute(
    db,
  );
  await sql`grant select on burgee.segment_version_lists to burgee_system`.execute(db);
  await sql`grant select (tenant_id, segment_id, version, archived_at) on burgee.segments to burgee_system`.execute(
    db,
  );
}
