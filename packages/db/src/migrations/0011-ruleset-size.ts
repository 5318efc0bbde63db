/** How large each setting is once compiled, and their sum: a ruleset too large to publish is refused when it is written. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.settings add column compiled_bytes int not null default 0
    check (compiled_bytes >= 0)`.execute(db);
  await sql`alter table burgee.environments add column ruleset_bytes bigint not null default 0
    check (ruleset_bytes >= 0)`.execute(db);
}
