import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { unprivileged } from "./unprivileged.mjs";

/**
 * A shell that runs PostgreSQL and holds our pipe: when the pipe closes, because we ask or because we died,
 * it sends SIGINT (end sessions, write a checkpoint, exit).
 */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
postgres=$!
( read -r _ <&3; kill -INT $postgres ) &
watch=$!
wait $postgres
status=$?
kill $watch 2>/dev/null
exit $status
`;

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 20_000;

const base = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  timezone: "UTC",
  log_line_prefix: "%m [%p] ",
};
const fast = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_wal_size: "4GB",
  jit: "off",
};

/**
 * Runs one postmaster and waits until it takes connections, or until `signal` aborts.
 *
 * `deadPid` is an id that a note of an earlier postmaster may hold, known to be no postmaster: a zombie that nobody reaps, or
 * another program by now. PostgreSQL would take it for a running server. As pg_ctl does, we name it as the grandparent,
 * which PostgreSQL disregards; that nothing holds the shared memory of the data it still sees to itself.
 *
 * @typedef {{ port: number, pid: number, exited: Promise<void>, stop(): Promise<void> }} Postmaster
 * @typedef {object} PostmasterOptions
 * @property {string} data
 * @property {string} bin
 * @property {number} port
 * @property {string} log
 * @property {boolean} durable
 * @property {number | undefined} deadPid
 * @property {AbortSignal | undefined} signal
 *
 * @param {PostmasterOptions} options
 * @returns {Promise<Postmaster | { failed: string }>} `failed`: what it logged
 */
export async function runPostmaster({ data, bin, port, log, durable, deadPid, signal }) {
  const statusFile = join(data, "postmaster.pid");
  const before = read(statusFile);
  const logFile = openSync(log, "a", 0o600);
  const logStart = fstatSync(logFile).size;
  const settings = Object.entries({ ...base, ...(durable ? {} : fast), port: String(port) });
  const command = [
    join(bin, "postgres"),
    "-D",
    data,
    ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];

  // A group of its own: Ctrl-C in the terminal must reach us only, as we stop things in order.
  const keeper = spawn("/bin/sh", ["-c", KEEPER, "sh", ...command], {
    ...unprivileged,
    detached: true,
    stdio: ["pipe", logFile, logFile],
    env: { PATH: process.env.PATH, LC_ALL: "C", PG_GRANDPARENT_PID: String(deadPid ?? 0) },
  });
  closeSync(logFile);
  keeper.stdin?.on("error", () => {}); // closing a pipe whose reader is gone is no news
  const exited = new Promise((resolve) => keeper.once("exit", resolve));
  const failed = async () => ({ failed: read(log).slice(logStart).trim() });

  const deadline = performance.now() + START_PATIENCE_MS;
  const isWaiting = () => !signal?.aborted && performance.now() < deadline;
  while (keeper.exitCode === null && keeper.signalCode === null && isWaiting()) {
    const status = read(statusFile);
    if (status !== before && status.split("\n")[7]?.trim() === "ready") {
      return { port, pid: Number(status.split("\n")[0]), exited, stop };
    }
    await Promise.race([exited, wait(10)]);
  }
  await stop();
  return failed();

  async function stop() {
    keeper.stdin?.end();
    const tooLong = setTimeout(() => killGroup(keeper.pid), STOP_PATIENCE_MS);
    await exited;
    clearTimeout(tooLong);
  }
}

function killGroup(/** @type {number | undefined} */ leader) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It ended between the question and the answer.
  }
}

function read(/** @type {string} */ file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
