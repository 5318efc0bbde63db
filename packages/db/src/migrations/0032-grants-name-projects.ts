/** Audit entries of grants are of the project that they name, `grant/user/project`, and not of a project called as the person's id. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // What a column is made of can't be changed before PostgreSQL 17; its index goes with it.
  await sql`alter table burgee.audit_entries drop column project_key`.execute(db);
  await sql`
    alter table burgee.audit_entries add column project_key text generated always as (
      case when split_part(object, '/', 1) = 'grant' then nullif(split_part(object, '/', 3), '')
           when split_part(object, '/', 1) = 'project' or split_part(object, '/', 3) <> '' then split_part(object, '/', 2)
      end) stored`.execute(db);
  await sql`
    create index audit_entries_by_project on burgee.audit_entries (tenant_id, project_key, seq)
      where project_key is not null`.execute(db);
}
