/** Projects, and the environments that each own a ruleset and a revision. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.projects (
      tenant_id uuid not null references burgee.tenants,
      project_id uuid not null,
      key text not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
      name text not null check (length(name) between 1 and 100),
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, project_id),
      unique (tenant_id, key)
    )`.execute(db);

  await sql`
    create table burgee.environments (
      tenant_id uuid not null,
      environment_id uuid not null,
      project_id uuid not null,
      key text not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
      name text not null check (length(name) between 1 and 100),
      epoch uuid not null,
      revision bigint not null default 0 check (revision >= 0),
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, environment_id),
      unique (tenant_id, project_id, key),
      foreign key (tenant_id, project_id) references burgee.projects
    )`.execute(db);

  for (const table of ["projects", "environments"]) {
    await sql`select burgee.protect_by_tenant(${sql.lit(`burgee.${table}`)})`.execute(db);
    await sql`grant select, insert, update on burgee.${sql.table(table)} to burgee_app`.execute(db);
  }
}
