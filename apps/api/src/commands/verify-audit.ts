/** `npm run audit:verify`: walks the chains of audit entries, and names the first bad entry of each. */
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  ConfigurationError,
  createLogger,
  databaseConfiguration,
  openPools,
  readConfiguration,
  systemClock,
} from "@burgee/runtime";
import { verifyAudit } from "../audit/verify-audit.ts";

const log = createLogger({ level: "silent", name: "burgee-audit" });
/** What Postgres says of a table or a column that is not there. */
const NOT_MIGRATED = ["42P01", "42703", "3F000"];

try {
  process.exitCode = await verify();
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  console.error(line);
  process.exitCode = 2;
}

async function verify(): Promise<number> {
  const configuration = readConfiguration(databaseConfiguration, process.env);
  const pools = openPools(configuration, { applicationName: "burgee-audit", log });
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  try {
    const print = (line: string) => console.log(line);
    return await verifyAudit({ db, system, clock: systemClock, print }, process.argv.slice(2));
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
  return `The audit trails were not verified: ${error.message} (${error.code}).`;
}
