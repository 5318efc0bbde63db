import { join } from "node:path";
import { privateFolder } from "./checkout.mjs";
import { databaseAddress, openDatabase, postgresFolder } from "./database.mjs";
import { findPostgres } from "./embedded-postgres.mjs";
import { findCluster } from "./postgres-cluster.mjs";
import { ProgramError } from "./run-program.mjs";

const OURS = ["DATABASE_URL", "DATABASE_URL_FILE", "BURGEE_APP_DATABASE_URL", "BURGEE_APP_DATABASE_URL_FILE"];

/**
 * The database that a command works on: the one that the environment names, else the embedded one of `npm start`. Where that one
 * does not run, it runs until `stop`.
 *
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => Promise<void> }>} `env` is for the command
 */
export async function reachDatabase(/** @type {AbortSignal} */ signal) {
  const stop = async () => {};
  if (OURS.some((variable) => process.env[variable])) return { env: {}, stop };
  if (findCluster(postgresFolder) === undefined) {
    throw new ProgramError("There is no database yet: set DATABASE_URL, or run npm start first.");
  }

  const running = findPostgres(postgresFolder);
  if (running !== undefined) return { env: { DATABASE_URL: databaseAddress(running) }, stop };

  const logFile = join(privateFolder, "logs", "postgres.log");
  const started = await openDatabase({ url: undefined, logFile, port: undefined, signal });
  return { env: { DATABASE_URL: started.url }, stop: started.stop };
}
