/** What is hashed is named by one word: settings that earlier versions stored say `attribute` where it is `stickiness` now. */
import { type Kysely, sql } from "kysely";

/** Row-level security holds the owner too, who sees no tenant's rows; it is lifted for this transaction alone. */
const REWRITTEN = ["settings", "setting_versions"];
const TOUCHED = [...REWRITTEN, "environments", "rulesets", "outbox"];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of TOUCHED)
    await sql`alter table ${nameOf(table)} no force row level security`.execute(db);
  await rewriteStates(db);
  await publishAnew(db);
  for (const table of TOUCHED) await sql`alter table ${nameOf(table)} force row level security`.execute(db);
}

async function rewriteStates(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function burgee.with_stickiness(serve jsonb) returns jsonb
      language sql immutable
      return case when serve ? 'attribute'
        then (serve - 'attribute') || jsonb_build_object('stickiness', serve -> 'attribute')
        else serve end`.execute(db);
  for (const table of REWRITTEN) {
    await sql`
      update ${nameOf(table)} set state = state || jsonb_build_object(
        'rollout', burgee.with_stickiness(state -> 'rollout'),
        'rules', (select coalesce(jsonb_agg(rule || jsonb_build_object('serve', burgee.with_stickiness(rule -> 'serve'))
                                            order by position), '[]')
                    from jsonb_array_elements(state -> 'rules') with ordinality as listed (rule, position)))
       where jsonb_path_exists(state, '$.rollout.attribute') or jsonb_path_exists(state, '$.rules[*].serve.attribute')`.execute(
      db,
    );
  }
  await sql`drop function burgee.with_stickiness(jsonb)`.execute(db);
}

/** What was published says `attribute` as well, and nobody reads it any more: each gets a revision that compiles it anew. */
async function publishAnew(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.outbox drop constraint outbox_type_check`.execute(db);
  await sql`
    alter table burgee.outbox add constraint outbox_type_check
      check (type in ('environment.created', 'environment.recompiled', 'toggle.changed', 'toggle.archived'))`.execute(
    db,
  );
  await sql`
    with raised as (
      update burgee.environments e set revision = e.revision + 1
        from burgee.rulesets r
       where r.tenant_id = e.tenant_id and r.environment_id = e.environment_id
      returning e.tenant_id, e.environment_id, e.epoch, e.revision
    )
    insert into burgee.outbox (tenant_id, month, environment_id, epoch, revision, type)
    select tenant_id, date_trunc('month', now() at time zone 'utc')::date, environment_id, epoch, revision, 'environment.recompiled'
      from raised`.execute(db);
}

function nameOf(table: string) {
  return sql.table(`burgee.${table}`);
}
