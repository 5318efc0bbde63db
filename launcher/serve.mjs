import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hostInAddress, placeOf } from "./address.mjs";
import { troubleWithRedis } from "./ask-redis.mjs";
import { inCheckout, privateFolder } from "./checkout.mjs";
import { databaseEnvironment, migrateDatabase, openDatabase, postgresFolder } from "./database.mjs";
import { demoFile } from "./demo-keys.mjs";
import { removePostgres } from "./embedded-postgres.mjs";
import { explainFailure } from "./explain-failure.mjs";
import { untilReady } from "./readiness.mjs";
import { ProgramError, runProgram } from "./run-program.mjs";
import { startService } from "./service.mjs";
import { duration } from "./steps.mjs";
import { build, buildDashboard, bundleApi } from "./toolchain.mjs";
import { welcome } from "./welcome.mjs";

const logs = join(privateFolder, "logs");
const edgeStore = process.env.BURGEE_EDGE_STORE || join(privateFolder, "edge-store");
const fileStore = process.env.BURGEE_FILE_STORE || join(privateFolder, "files");
/** Beside the data that is sealed with it; a database of yours may come with a key of yours. */
/** What the runtime compiled of a program, for its next start. */
const COMPILED = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || join(privateFolder, "compiled") };
const keyFile = { BURGEE_KEY_FILE: process.env.BURGEE_KEY_FILE || join(privateFolder, "key-encryption-key") };

/**
 * @typedef {object} Part something that runs until it is stopped
 * @property {string} name
 * @property {() => Promise<void>} stop
 * @property {Promise<string>} ended settles with what there is to say when it ended unasked
 */

/**
 * Builds and starts everything, and stops it in order when `signal` aborts: API, worker, database.
 *
 * @param {{ settings: import("./settings.mjs").StartSettings, steps: import("./steps.mjs").Steps, signal: AbortSignal }} options
 * @returns {Promise<number>} the exit code: 0 when it was asked to stop
 */
export async function serve({ settings, steps, signal }) {
  const started = performance.now();
  /** @type {Part[]} */
  const parts = [];
  const broken = new AbortController();
  try {
    await startAll(parts, { settings, steps, signal, quiet: broken.signal });
    const time = duration(performance.now() - started);
    const warnings = await redisWarnings(settings);
    console.log(welcome({ url: settings.publicUrl, time, warnings, steps }));
    const reason = await Promise.race([aborted(signal), ...parts.map(({ ended }) => ended)]);
    if (!signal.aborted) throw new ProgramError(reason);
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    // Whatever the others write from now on, they write because of this.
    broken.abort();
    console.error(explainFailure(error));
    return 1;
  } finally {
    if (parts.length > 0) await steps.step("Stopped", () => stopAll(parts));
  }
}

/**
 * @param {Part[]} parts what was started, for whoever must stop it: also where a later step fails
 * @param {object} options
 * @param {import("./settings.mjs").StartSettings} options.settings
 * @param {import("./steps.mjs").Steps} options.steps
 * @param {AbortSignal} options.signal
 * @param {AbortSignal} options.quiet keeps processes from the terminal once aborted
 */
async function startAll(parts, { settings, steps, signal, quiet }) {
  if (settings.fresh) await steps.step(freshTitle(settings), () => startOver(settings));
  mkdirSync(logs, { recursive: true });
  const api = await steps.step("Built", async () => {
    await build(signal);
    return bundleApi(signal);
  });
  await steps.step("Built the dashboard", () => buildDashboard(signal));
  signal.throwIfAborted();

  const logFile = join(logs, "postgres.log");
  const opening = () =>
    openDatabase({ url: settings.databaseUrl, logFile, port: settings.postgresPort, signal });
  const database = await steps.step("Opened the database", opening, ({ title }) => title);
  parts.unshift({
    name: "PostgreSQL",
    stop: database.stop,
    ended: database.exited.then(() => `PostgreSQL ended. Its log: ${logFile}`),
  });
  signal.throwIfAborted();

  const env = await steps.step("Migrated the schema", async () => {
    await migrateDatabase(database.url, signal);
    return {
      ...(await databaseEnvironment(database)),
      ...addressOf(settings),
      ...keyFile,
      BURGEE_EDGE_STORE: edgeStore,
      BURGEE_FILE_STORE: fileStore,
    };
  });
  const seed = inCheckout("apps", "api", "dist", "commands", "seed-demo.js");
  await steps.step("Seeded the demo tenant", () =>
    runProgram(process.execPath, [seed], { env: { ...env, BURGEE_DEMO_FILE: demoFile }, signal }),
  );
  signal.throwIfAborted();

  await steps.step("Started worker and API", async () => {
    const worker = inCheckout("apps", "worker", "dist", "main.js");
    for (const [name, script] of Object.entries({ worker, api })) {
      const logFile = join(logs, `${name}.log`);
      parts.unshift(
        partOf(startService({ name, script, env: { ...COMPILED, ...env }, logFile, quiet }), logFile),
      );
    }
    const url = `http://${reachableHost(settings.host)}:${settings.port}/readyz`;
    await untilReady(url, { signal, ended: parts.map(({ ended }) => ended) });
  });
}

/**
 * @param {import("./service.mjs").Service} service
 * @param {string} logFile
 * @returns {Part}
 */
function partOf({ name, stop, exited, lastLines }, logFile) {
  const ended = exited.then((how) => {
    const lines = lastLines();
    const what = lines.length > 0 ? `It wrote last:\n  ${lines.join("\n  ")}\n` : "It wrote nothing. ";
    return `The ${name} ended unasked (${how}). ${what}Its log: ${logFile}`;
  });
  return { name, stop, ended };
}

/** One after the other: the API first, so that nobody asks what is no longer there; the database last. */
async function stopAll(/** @type {Part[]} */ parts) {
  for (const { stop } of parts) await stop();
}

/** Burgee starts and works without Redis, so that nothing else would tell a newcomer why changes are slow. */
async function redisWarnings(/** @type {import("./settings.mjs").StartSettings} */ { redis }) {
  const troubles = await Promise.all(redis.map(({ url }) => troubleWithRedis(url)));
  return redis.flatMap(({ variable, url }, index) => {
    const trouble = troubles[index];
    if (trouble === undefined) return [];
    return [
      `the Redis of ${variable} at ${placeOf(url)} can't be used: ${trouble.replace(/\.$/, "")}. Until it can, changes take seconds.`,
    ];
  });
}

function freshTitle(/** @type {import("./settings.mjs").StartSettings} */ { databaseUrl }) {
  return databaseUrl
    ? "Started over (the database of DATABASE_URL is yours: left as it is)"
    : "Started over with empty data";
}

/** The demo's keys, and what the API kept on disk, belong to its data: with a database of yours all of it stays. */
async function startOver(/** @type {import("./settings.mjs").StartSettings} */ { databaseUrl }) {
  await removePostgres(postgresFolder);
  rmSync(logs, { recursive: true, force: true });
  if (databaseUrl) return;
  rmSync(demoFile, { force: true });
  // One that is named elsewhere is not ours to empty.
  if (!process.env.BURGEE_EDGE_STORE) rmSync(edgeStore, { recursive: true, force: true });
  if (!process.env.BURGEE_FILE_STORE) rmSync(fileStore, { recursive: true, force: true });
}

function addressOf(/** @type {import("./settings.mjs").StartSettings} */ { host, port, publicUrl }) {
  return { BURGEE_HOST: host, BURGEE_PORT: String(port), BURGEE_PUBLIC_URL: publicUrl };
}

function reachableHost(/** @type {string} */ host) {
  return host === "0.0.0.0" || host === "::" ? "127.0.0.1" : hostInAddress(host);
}

/** @returns {Promise<string>} */
function aborted(/** @type {AbortSignal} */ signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("");
    else signal.addEventListener("abort", () => resolve(""), { once: true });
  });
}
