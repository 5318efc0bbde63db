import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { placeOf } from "./address.mjs";
import { migrations, privateFolder } from "./checkout.mjs";
import { startPostgres } from "./embedded-postgres.mjs";
import { START_OVER } from "./explain-failure.mjs";
import { ProgramError, runProgram } from "./run-program.mjs";

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
const OLDEST_VERSION = 15;
const CONNECT_TIMEOUT_MS = 5_000;

/** Where the embedded database keeps its data, or says where it keeps it. */
export const postgresFolder = join(privateFolder, "postgres");

/**
 * @param {object} options
 * @param {string | undefined} options.url one of the user's, in place of the embedded one
 * @param {string} [options.folder] of the embedded one
 * @param {string} options.logFile
 * @param {number | undefined} options.port of the embedded one; free unless given
 * @param {AbortSignal} options.signal gives up, and leaves nothing running
 * @returns {Promise<RunningDatabase>}
 */
export async function openDatabase({ url: given, folder = postgresFolder, logFile, port, signal }) {
  if (given) {
    const version = await askVersion(given);
    const title = `PostgreSQL ${version} at ${placeOf(given)} (DATABASE_URL)`;
    return { url: given, title, embedded: false, exited: new Promise(() => {}), stop: async () => {} };
  }

  const server = await startPostgres({ dataDir: folder, port, log: logFile, signal });
  try {
    await createOurs(server.url);
  } catch (error) {
    await server.stop();
    throw new ProgramError(
      `The PostgreSQL of ${folder} can't be used: ${reasonOf(error)}. Where something there is damaged, ${START_OVER}.`,
    );
  }
  const url = databaseAddress(server.url);
  const title = `PostgreSQL 18, embedded, on port ${server.port}`;
  return { url, title, embedded: true, exited: server.exited, stop: server.stop };
}

/** Our database on an embedded server. */
export function databaseAddress(/** @type {string} */ serverUrl) {
  return serverUrl.replace(/\/postgres$/, `/${DATABASE}`);
}

/** Asks a database of the user's for its major version: it is there, lets us in, and is new enough. */
async function askVersion(/** @type {string} */ url) {
  const answer = withClient(url, (client) => client.query("show server_version_num"));
  const { rows } = await answer.catch((error) => {
    throw new ProgramError(
      `The database of DATABASE_URL at ${placeOf(url)} can't be used: ${reasonOf(error)}. ` +
        "Correct that, or leave the variable out: npm start then brings a database of its own.",
    );
  });
  const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (version >= OLDEST_VERSION) return version;
  throw new ProgramError(
    `The database of DATABASE_URL at ${placeOf(url)} is PostgreSQL ${version}; it must be ${OLDEST_VERSION} or newer.`,
  );
}

/** Where a name has several addresses, Node tells of each failure apart, and of the whole nothing. */
function reasonOf(/** @type {unknown} */ error) {
  const reasons = error instanceof AggregateError ? error.errors : [error];
  return reasons.map((each) => (each instanceof Error ? each.message : String(each))).join(", ");
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
    await runProgram(process.execPath, [command], { env: environmentOf(url), signal });
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
  if (!embedded) return environmentOf(url);

  return withClient(url, async (client) => ({
    BURGEE_APP_DATABASE_URL: await openLogin(client, url, "burgee_app"),
    BURGEE_SYSTEM_DATABASE_URL: await openLogin(client, url, "burgee_system"),
  }));
}

/** A program refuses an address that is also named as a file. */
const environmentOf = (/** @type {string} */ url) => ({ DATABASE_URL: url, DATABASE_URL_FILE: "" });

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
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
