import { Kysely, PostgresDialect } from "kysely";
import type pg from "pg";
import { Database } from "./database.ts";
import type { Tables } from "./schema/tables.ts";
import { SystemDatabase } from "./system/system-database.ts";

/** The tenants' doors over a pool whose connections run as `burgee_app`. Closing it ends the pool. */
export function openDatabase(pool: pg.Pool): Database {
  return new Database(kyselyOver(pool));
}

/** The doors for work that crosses tenants, over a pool whose connections run as `burgee_system`. */
export function openSystemDatabase(pool: pg.Pool): SystemDatabase {
  return new SystemDatabase(kyselyOver(pool));
}

function kyselyOver(pool: pg.Pool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("burgee");
}
