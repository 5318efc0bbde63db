/** Why somebody changed a setting, in their own words, beside the version that the change made. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.setting_versions add column comment text
    check (length(comment) between 1 and 2000)`.execute(db);
}
