/**
 * Work that takes long: one row a job, which alone says how it stands; a queue only wakes whoever does it. Dead letters tell whether
 * somebody had them done again.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // `due_at`: of a job that waits, when it may be tried; of one that runs, when whoever runs it is taken for dead.
  await sql`
    create table burgee.jobs (
      tenant_id uuid not null references burgee.tenants,
      job_id uuid not null,
      kind text not null check (kind ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(kind) <= 60),
      status text not null default 'waiting' check (status in ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
      payload jsonb not null check (octet_length(payload::text) <= 16384),
      checkpoint jsonb check (octet_length(checkpoint::text) <= 65536),
      progress jsonb check (octet_length(progress::text) <= 1024),
      note text check (length(note) <= 500),
      result jsonb check (octet_length(result::text) <= 65536),
      error jsonb check (octet_length(error::text) <= 8192),
      created_by text not null,
      created_at timestamptz not null default clock_timestamp(),
      started_at timestamptz,
      ended_at timestamptz,
      version int not null default 1,
      attempts int not null default 0 check (attempts >= 0),
      traceparent text not null check (length(traceparent) <= 55),
      due_at timestamptz not null default clock_timestamp(),
      lease uuid,
      primary key (tenant_id, job_id),
      check ((status = 'running') = (lease is not null)),
      check ((status in ('succeeded', 'failed', 'cancelled')) = (ended_at is not null))
    )`.execute(db);
  await sql`create index jobs_newest on burgee.jobs (tenant_id, created_at desc, job_id desc)`.execute(db);
  await sql`create index jobs_due on burgee.jobs (due_at) where status in ('waiting', 'running')`.execute(db);
  await sql`create index jobs_ended on burgee.jobs (ended_at) where ended_at is not null`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.jobs')`.execute(db);
  await sql`select burgee.open_to_system('burgee.jobs')`.execute(db);
  await sql`grant select, insert, update on burgee.jobs to burgee_app`.execute(db);
  await sql`grant select (tenant_id, job_id, kind, status, due_at, ended_at), delete on burgee.jobs to burgee_system`.execute(
    db,
  );

  await sql`
    alter table burgee.dead_letters
      add column replayed_at timestamptz,
      add column replayed_by text`.execute(db);
  await sql`create index dead_letters_newest on burgee.dead_letters (tenant_id, created_at desc, dead_letter_id desc)`.execute(
    db,
  );
  await sql`grant insert, update (replayed_at, replayed_by) on burgee.dead_letters to burgee_app`.execute(db);
}
