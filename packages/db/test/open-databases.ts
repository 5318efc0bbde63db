import type { TestDatabase } from "@burgee/test-support";
import pg from "pg";
import type { Database } from "../src/database.ts";
import { openDatabase, openSystemDatabase } from "../src/open.ts";
import type { SystemDatabase } from "../src/system/system-database.ts";

/** The doors of a test's database, each over a pool of its own. */
export interface OpenDatabases {
  readonly db: Database;
  readonly system: SystemDatabase;
  /** As `burgee_app`, beside the doors: to try what they would never ask. */
  readonly app: pg.Pool;
  /** As the login that made the database, which sees every row. */
  readonly admin: pg.Pool;
  close(): Promise<void>;
}

export function openDatabases({ url, appUrl, systemUrl }: TestDatabase): OpenDatabases {
  const app = new pg.Pool({ connectionString: appUrl, max: 20 });
  const system = new pg.Pool({ connectionString: systemUrl, max: 20 });
  const admin = new pg.Pool({ connectionString: url, max: 2 });
  // A connection that is cut while it closes has nobody left to tell.
  for (const pool of [app, system, admin]) pool.on("error", () => undefined);
  return {
    db: openDatabase(app),
    system: openSystemDatabase(system),
    app,
    admin,
    close: async () => {
      await Promise.all([app.end(), system.end(), admin.end()]);
    },
  };
}

/** Runs `work` in a transaction of `pool` that entered `tenantId`, and rolls it back. */
export async function inTenant<T>(
  pool: pg.Pool,
  tenantId: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select set_config('burgee.tenant_id', $1, true)", [tenantId]);
    return await work(client);
  } finally {
    await client.query("rollback");
    client.release();
  }
}
