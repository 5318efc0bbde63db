import { runBuilt } from "./run-built.mjs";

/**
 * Runs a program of ours, built, on the database of DATABASE_URL or on the embedded one, which is started for it where none runs.
 *
 * @param {string} script
 */
export async function runOnDatabase(script) {
  let stop = async () => {};
  try {
    await runBuilt([script], {
      env: async () => {
        // Only now the packages that it needs are there.
        const { reachDatabase } = await import("./reach-database.mjs");
        const database = await reachDatabase(new AbortController().signal);
        stop = database.stop;
        return database.env;
      },
    });
  } finally {
    await stop();
  }
}
