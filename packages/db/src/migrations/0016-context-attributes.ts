/** What a project says of the attributes of its contexts: their types, which conditions and queries are checked against. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.context_attributes (
      tenant_id uuid not null,
      project_id uuid not null,
      name text not null check (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}$'),
      type text not null check (type in ('string', 'number', 'boolean', 'timestamp', 'list', 'map')),
      description text not null check (length(description) <= 2000),
      updated_by text not null,
      updated_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, project_id, name),
      foreign key (tenant_id, project_id) references burgee.projects
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.context_attributes')`.execute(db);
  await sql`grant select, insert, update, delete on burgee.context_attributes to burgee_app`.execute(db);

  await sql`alter table burgee.rulesets add column attributes_revision bigint not null default 0`.execute(db);
  await sql`alter table burgee.outbox drop constraint outbox_type_check`.execute(db);
  await sql`
    alter table burgee.outbox add constraint outbox_type_check check (type in (
      'environment.created', 'environment.recompiled', 'toggle.changed', 'toggle.archived', 'segment.changed', 'segment.archived',
      'context_attributes.changed'))`.execute(db);
}
