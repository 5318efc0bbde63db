/** Since when what is counted was warned of, so that people are told once, however often a guard is looked at. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.guard_watches add column warned_since timestamptz`.execute(db);
  await sql`grant update (warned_since) on burgee.guard_watches to burgee_app`.execute(db);
}
