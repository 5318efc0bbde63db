/** How an operator's command runs: on the configured database, ended by its exit code, or by 2 and one line where it can't run. */
import { type Database, openDatabase, openSystemDatabase, type SystemDatabase } from "@burgee/db";
import {
  ConfigurationError,
  createLogger,
  databaseConfiguration,
  openPools,
  readConfiguration,
} from "@burgee/runtime";

export interface CommandPorts {
  readonly db: Database;
  readonly system: SystemDatabase;
  /** Writes a line. */
  readonly print: (line: string) => void;
}

export interface Command {
  /** As the database shows its connections. */
  readonly name: string;
  /** What to say of a failure, as in "Nothing was changed". */
  readonly otherwise: string;
  /** Gives the exit code. */
  readonly run: (ports: CommandPorts, args: readonly string[]) => Promise<number>;
}

/** What Postgres says of a table or a column that is not there. */
const NOT_MIGRATED = ["42P01", "42703", "3F000"];

export async function runOnDatabase(command: Command): Promise<void> {
  try {
    process.exitCode = await run(command);
  } catch (error) {
    const line = explain(error, command);
    if (line === undefined) throw error;
    console.error(line);
    process.exitCode = 2;
  }
}

async function run({ name, run: work }: Command): Promise<number> {
  const log = createLogger({ level: "silent", name });
  const pools = openPools(readConfiguration(databaseConfiguration, process.env), {
    applicationName: name,
    log,
  });
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  try {
    return await work({ db, system, print: (line) => console.log(line) }, process.argv.slice(2));
  } finally {
    await Promise.all([db.close(), system.close()]);
  }
}

function explain(error: unknown, { otherwise }: Command): string | undefined {
  if (error instanceof ConfigurationError) return error.message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (NOT_MIGRATED.some((code) => code === error.code)) {
    return "The database has another schema than this version of Burgee reads: run npm run migrate first.";
  }
  return `${otherwise}: ${error.message} (${error.code}).`;
}
