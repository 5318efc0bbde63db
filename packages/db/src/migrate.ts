import { Kysely, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { bootstrap } from "./bootstrap.ts";
import { migrations } from "./migrations/index.ts";

/** Any number that other programs on the same database are unlikely to lock. Held until the connection ends. */
const MIGRATION_LOCK = 7_283_190_441;

/**
 * Brings a database to the newest schema and makes the coming months' partitions.
 *
 * - `url`: a login that may create roles and a schema, or for which they were made beforehand.
 * - Returns the names of the migrations that this call ran, in order; none when it was up to date.
 * - Several calls at once take turns.
 * @throws {Error} when a migration fails; the database stays at the last one that succeeded.
 */
export async function migrate({ url }: { readonly url: string }): Promise<readonly string[]> {
  return withClient(url, async (client) => {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await bootstrap(client);
    return runMigrations(url);
  });
}

async function runMigrations(url: string): Promise<readonly string[]> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    onConnect: (connection) => {
      // A connection that is cut while it closes has nobody left to tell.
      connection.on("error", () => undefined);
      return connection.query("set role burgee_owner; set lock_timeout = '10s'");
    },
  });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => ({ ...migrations }) },
      migrationTableSchema: "burgee",
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    const failed = results.find((result) => result.status === "Error");
    if (error) throw new Error(`Migration ${failed?.migrationName ?? "set-up"} failed.`, { cause: error });

    await pool.query("select burgee.make_month_partitions(3)");
    return results.map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
