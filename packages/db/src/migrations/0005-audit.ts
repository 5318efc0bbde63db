/** The audit trail: one chain of entries a tenant, each with the hash of the one before it; never changed. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.audit_heads (
      tenant_id uuid primary key references burgee.tenants,
      seq bigint not null check (seq >= 0),
      hash bytea not null
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.audit_heads')`.execute(db);
  await sql`grant select, insert, update on burgee.audit_heads to burgee_app`.execute(db);

  await sql`
    create table burgee.audit_entries (
      tenant_id uuid not null references burgee.tenants,
      month date not null,
      seq bigint not null check (seq >= 1),
      created_at timestamptz not null,
      actor text not null,
      action text not null,
      object text not null,
      environment_id uuid,
      revision bigint,
      request_id text,
      before jsonb,
      after jsonb,
      previous_hash bytea not null,
      hash bytea not null,
      primary key (tenant_id, month, seq)
    ) partition by range (month)`.execute(db);
  await sql`create index audit_entries_by_seq on burgee.audit_entries (tenant_id, seq)`.execute(db);
  await sql`select burgee.partition_by_month('audit_entries', false)`.execute(db);
  await sql`grant select, insert on burgee.audit_entries to burgee_app`.execute(db);

  await sql`
    create function burgee.refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'audit entries are never changed or deleted' using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  await sql`
    create trigger audit_entries_are_final before update or delete on burgee.audit_entries
      for each row execute function burgee.refuse_audit_change()`.execute(db);
}
