/** Audit entries say where a request came from, by which version their hash was made, and can be found by what they say. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Entries of a node that does not know these columns yet are of version 1, and hold nothing in them.
  await sql`
    alter table burgee.audit_entries
      add column hash_version smallint not null default 1 check (hash_version >= 1),
      add column address text check (length(address) <= 45),
      add column user_agent text check (length(user_agent) <= 256)`.execute(db);

  // Of `kind/key` and `kind/project/key`. Columns, since an index over an expression is not used behind row-level security:
  // only functions that are known to leak nothing may be asked before the policy.
  await sql`
    alter table burgee.audit_entries
      add column object_kind text not null generated always as (split_part(object, '/', 1)) stored,
      add column project_key text generated always as (
        case when split_part(object, '/', 1) = 'project' or split_part(object, '/', 3) <> ''
             then split_part(object, '/', 2) end) stored,
      add column object_key text not null generated always as (split_part(object, '/', -1)) stored`.execute(
    db,
  );

  await sql`create index audit_entries_by_time on burgee.audit_entries (tenant_id, created_at)`.execute(db);
  await sql`create index audit_entries_by_actor on burgee.audit_entries (tenant_id, actor, seq)`.execute(db);
  await sql`create index audit_entries_by_action on burgee.audit_entries (tenant_id, action, seq)`.execute(
    db,
  );
  await sql`create index audit_entries_by_object on burgee.audit_entries (tenant_id, object_key, seq)`.execute(
    db,
  );
  for (const column of ["project_key", "environment_id", "request_id"]) {
    const name = column.replace(/_(key|id)$/, "");
    await sql`
      create index ${sql.id(`audit_entries_by_${name}`)} on burgee.audit_entries (tenant_id, ${sql.id(column)}, seq)
        where ${sql.id(column)} is not null`.execute(db);
  }

  // Whoever verifies all chains asks whose there are.
  await sql`select burgee.open_to_system('burgee.tenants')`.execute(db);
  await sql`grant select (tenant_id, name) on burgee.tenants to burgee_system`.execute(db);
}
