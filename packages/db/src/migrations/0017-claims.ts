/** Who publishes an environment claims it until a moment, and holds no lock while it compiles and tries a ruleset. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.publications add column claimed_until timestamptz not null default '-infinity'`.execute(
    db,
  );
}
