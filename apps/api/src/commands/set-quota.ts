/** `npm run quota`: what one tenant may have, and how much of it. */
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  ConfigurationError,
  createLogger,
  databaseConfiguration,
  openPools,
  readConfiguration,
} from "@burgee/runtime";
import { setQuota } from "../quotas/set-quota.ts";

const log = createLogger({ level: "silent", name: "burgee-quota" });
/** What Postgres says of a table or a column that is not there. */
const NOT_MIGRATED = ["42P01", "42703", "3F000"];

try {
  process.exitCode = await run();
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  console.error(line);
  process.exitCode = 2;
}

async function run(): Promise<number> {
  const configuration = readConfiguration(databaseConfiguration, process.env);
  const pools = openPools(configuration, { applicationName: "burgee-quota", log });
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  try {
    const print = (line: string) => console.log(line);
    return await setQuota({ db, system, print }, process.argv.slice(2));
  } finally {
    await Promise.all([db.close(), system.close()]);
  }
}

function explain(error: unknown): string | undefined {
  if (error instanceof ConfigurationError) return error.message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (NOT_MIGRATED.some((code) => code === error.code)) {
    return "The database has another schema than this version of Burgee reads: run npm run migrate first.";
  }
  return `Nothing was changed: ${error.message} (${error.code}).`;
}
