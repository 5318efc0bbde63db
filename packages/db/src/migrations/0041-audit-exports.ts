/** Exports of audit trails: what each is of, how far it is, and what became of it. The files themselves lie elsewhere. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.audit_exports (
      tenant_id uuid not null references burgee.tenants,
      audit_export_id uuid not null,
      format text not null check (format in ('jsonl', 'csv')),
      filter jsonb not null,
      last_seq bigint not null check (last_seq >= 1),
      last_hash bytea not null check (length(last_hash) = 32),
      run int not null default 0,
      checkpoint jsonb,
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      completed_at timestamptz,
      entries bigint,
      bytes bigint,
      sha256 bytea check (length(sha256) = 32),
      primary key (tenant_id, audit_export_id),
      check (num_nulls(completed_at, entries, bytes, sha256) in (0, 4))
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.audit_exports')`.execute(db);
  await sql`select burgee.open_to_system('burgee.audit_exports')`.execute(db);
  await sql`
    grant select, insert, update (run, checkpoint, expires_at, completed_at, entries, bytes, sha256)
      on burgee.audit_exports to burgee_app`.execute(db);
  // Whose files have had their time, and which are a tenant's that goes.
  await sql`
    grant select (tenant_id, audit_export_id, format, checkpoint, expires_at), delete
      on burgee.audit_exports to burgee_system`.execute(db);
}
