/** Toggles of numbers and of JSON, whose variants may be held to a schema. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.toggles drop constraint toggles_kind_check`.execute(db);
  await sql`alter table burgee.toggles add constraint toggles_kind_check
    check (kind in ('boolean', 'string', 'number', 'json'))`.execute(db);
  await sql`alter table burgee.toggles add column value_schema jsonb`.execute(db);
}
