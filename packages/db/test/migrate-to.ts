import { Kysely, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { bootstrap } from "../src/bootstrap.ts";
import { migrations } from "../src/migrations/index.ts";

/** Brings an empty database to the schema that an earlier version left: up to the migration `last`, and no further. */
export async function migrateTo(url: string, last: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await bootstrap(client);
  await client.end();

  const pool = new pg.Pool({
    connectionString: url,
    onConnect: (connection) => connection.query("set role burgee_owner"),
  });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const earlier = Object.entries(migrations).filter(([name]) => name <= last);
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => Object.fromEntries(earlier) },
      migrationTableSchema: "burgee",
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  } finally {
    await db.destroy();
  }
}
