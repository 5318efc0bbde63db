import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { START_OVER } from "./explain-failure.mjs";
import { postgresBinaries } from "./postgres-binaries.mjs";
import { ProgramError } from "./run-program.mjs";
import { giveToUnprivileged, makeReachableFolder, unprivileged, unprivilegedCan } from "./unprivileged.mjs";

const MAJOR = "18";
const HOME_PREFIX = "postgres-";

/**
 * The files of one PostgreSQL cluster, made where missing.
 *
 * - `data`: PostgreSQL's own folder, owned by whoever runs it.
 * - `password`: of the superuser; kept in `dataDir/password`, which only we can read.
 * - `bin`: the programs.
 *
 * @param {string} dataDir
 * @param {AbortSignal} [signal]
 */
export async function prepareCluster(dataDir, signal) {
  const bin = join(postgresBinaries(), "bin");
  const { home, data } = findCluster(dataDir) ?? chooseHome(dataDir);
  const passwordFile = passwordFileOf(dataDir);
  if (existsSync(data)) {
    refuseOtherMajor(join(data, "PG_VERSION"));
    return { data, bin, password: readPassword(dataDir) };
  }

  const password = randomBytes(24).toString("base64url");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  await createData({ home, data, bin, password, signal });
  return { data, bin, password };
}

/** Of a cluster's superuser. */
export const readPassword = (/** @type {string} */ dataDir) => readKept(passwordFileOf(dataDir));

const passwordFileOf = (/** @type {string} */ dataDir) => join(dataDir, "password");

/**
 * Where a cluster lies, if `dataDir` has one: `home` holds `data`, and is `dataDir` itself or the place it names.
 *
 * @param {string} dataDir
 * @returns {{ home: string, data: string } | undefined}
 */
export function findCluster(dataDir) {
  const home = distantHome(dataDir) ?? dataDir;
  const data = join(home, "data");
  return existsSync(data) ? { home, data } : undefined;
}

/** The place that we made outside of the checkout, if there is one; its data may not be there yet. */
export function distantHome(/** @type {string} */ dataDir) {
  const location = join(dataDir, "location");
  const home = existsSync(location) ? readFileSync(location, "utf8").trim() : "";
  return basename(home).startsWith(HOME_PREFIX) && existsSync(home) ? home : undefined;
}

function chooseHome(/** @type {string} */ dataDir) {
  if (!("uid" in unprivileged)) return { home: dataDir, data: join(dataDir, "data") };

  chmodSync(dataDir, 0o755);
  const location = join(dataDir, "location");
  if (unprivilegedCan("x", dataDir)) {
    rmSync(location, { force: true });
    return { home: dataDir, data: join(dataDir, "data") };
  }
  const home = distantHome(dataDir) ?? makeReachableFolder(HOME_PREFIX);
  chmodSync(home, 0o755);
  writeFileSync(location, home);
  return { home, data: join(home, "data") };
}

/**
 * Runs initdb in a draft folder: a start that is killed half-way leaves no half-made cluster.
 *
 * @param {{ home: string, data: string, bin: string, password: string, signal: AbortSignal | undefined }} cluster
 */
async function createData({ home, data, bin, password, signal }) {
  const draft = join(home, "draft");
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  giveToUnprivileged(draft, 0o700);
  const passwordFile = join(draft, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveToUnprivileged(passwordFile, 0o600);

  const options = [
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
  ];
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  try {
    const args = ["-D", join(draft, "data"), ...options, ...locale, "--no-sync"];
    await runInitdb(join(bin, "initdb"), args, signal);
    renameSync(join(draft, "data"), data);
  } finally {
    rmSync(draft, { recursive: true });
  }
}

/**
 * In a group of its own: Ctrl-C in the terminal must reach us only. It then ends without a word.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
function runInitdb(command, args, signal) {
  return new Promise((resolve, reject) => {
    const initdb = spawn(command, args, {
      ...unprivileged,
      detached: true,
      env: { PATH: process.env.PATH, LC_ALL: "C" },
      stdio: ["ignore", "ignore", "pipe"],
      ...(signal && { signal }),
    });
    let output = "";
    initdb.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    /** @type {Error | undefined} */
    let failure;
    initdb.once("error", (error) => {
      failure = error;
      if (initdb.pid === undefined) reject(error);
    });
    // Only now nothing writes to the folder any more.
    initdb.once("close", (code) => {
      if (code === 0) resolve();
      else reject(failure ?? new ProgramError(`PostgreSQL's initdb failed: ${output.trim()}`));
    });
  });
}

function refuseOtherMajor(/** @type {string} */ file) {
  const major = readKept(file);
  if (major === MAJOR) return;
  throw new ProgramError(
    `The data in ${dirname(file)} was made by PostgreSQL ${major}; this is ${MAJOR}. ${START_OVER}.`,
  );
}

function readKept(/** @type {string} */ file) {
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  if (text) return text;
  throw new ProgramError(`${file} is ${text === undefined ? "missing" : "empty"}. ${START_OVER}.`);
}
