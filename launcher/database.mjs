import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { migrations, privateFolder } from "./checkout.mjs";
import { startPostgres } from "./embedded-postgres.mjs";
import { runProgram } from "./run-program.mjs";

/**
 * The database of `npm start`: the one DATABASE_URL names, or an embedded one that is started.
 *
 * @typedef {object} RunningDatabase
 * @property {string} url the login that migrates
 * @property {string} title for a person
 * @property {Promise<void>} exited settles when an embedded server ended; never for one of yours
 * @property {() => Promise<void>} stop
 * @property {boolean} embedded
 */

const DATABASE = "burgee";

/** Where the embedded database keeps its data, or says where it keeps it. */
export const postgresFolder = join(privateFolder, "postgres");

/**
 * @param {object} options
 * @param {string} [options.folder] of the embedded one
 * @param {string} options.logFile
 * @param {number | undefined} options.port of the embedded one; free unless given
 * @returns {Promise<RunningDatabase>}
 */
export async function openDatabase({ folder = postgresFolder, logFile, port }) {
  const given = process.env.DATABASE_URL;
  if (given) {
    const title = `Database at ${new URL(given).host} (DATABASE_URL)`;
    return { url: given, title, embedded: false, exited: new Promise(() => {}), stop: async () => {} };
  }

  const server = await startPostgres({ dataDir: folder, port, log: logFile });
  try {
    await createOurs(server.url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const url = server.url.replace(/\/postgres$/, `/${DATABASE}`);
  const title = `PostgreSQL 18, embedded, on port ${server.port}`;
  return { url, title, embedded: true, exited: server.exited, stop: server.stop };
}

function createOurs(/** @type {string} */ url) {
  return withClient(url, async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

/** Brings our tables and the queue's to their newest version. */
export async function migrateDatabase(
  /** @type {string} */ url,
  /** @type {AbortSignal | undefined} */ signal,
) {
  for (const command of migrations) {
    await runProgram(process.execPath, [command], { env: { DATABASE_URL: url }, signal });
  }
}

/**
 * The variables by which processes that serve find the database. The embedded one gets a login for each role, with new
 * passwords at every start that are written nowhere, and its superuser's stays with us; for one of yours the environment
 * says it all.
 *
 * @param {RunningDatabase} database
 * @returns {Promise<Record<string, string>>}
 */
export async function databaseEnvironment({ url, embedded }) {
  if (!embedded) return { DATABASE_URL: url };

  return withClient(url, async (client) => ({
    BURGEE_APP_DATABASE_URL: await openLogin(client, url, "burgee_app"),
    BURGEE_SYSTEM_DATABASE_URL: await openLogin(client, url, "burgee_system"),
  }));
}

/**
 * @param {pg.Client} client
 * @param {string} url
 * @param {string} role
 */
async function openLogin(client, url, role) {
  const password = randomBytes(24).toString("base64url");
  await client.query(`alter role ${role} with login password '${password}'`);
  const login = new URL(url);
  login.username = role;
  login.password = password;
  return login.href;
}

/**
 * @template T
 * @param {string} url
 * @param {(client: pg.Client) => Promise<T>} work
 */
async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
