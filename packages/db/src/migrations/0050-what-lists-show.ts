/** What lists show of a toggle beside its key, and which environments are not to be changed by a slip. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table burgee.toggles
      add column name text not null default '' check (length(name) <= 100),
      add column tags text[] not null default '{}' check (cardinality(tags) <= 20)`.execute(db);
  await sql`alter table burgee.environments add column critical boolean not null default false`.execute(db);

  // Forced row-level security shows the owner no row, and all of them are meant.
  await sql`alter table burgee.environments no force row level security`.execute(db);
  await sql`update burgee.environments set critical = true where key ~ '^prod|^live$'`.execute(db);
  await sql`alter table burgee.environments force row level security`.execute(db);
}
