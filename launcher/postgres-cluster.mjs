import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgresBinaries } from "./postgres-binaries.mjs";
import { giveToUnprivileged, makeReachableFolder, unprivileged, unprivilegedCan } from "./unprivileged.mjs";

const MAJOR = "18";

/**
 * The files of one PostgreSQL cluster, made where missing.
 *
 * - `data`: PostgreSQL's own folder, owned by whoever runs it.
 * - `password`: of the superuser; kept in `dataDir/password`, which only we can read.
 * - `bin`: the programs.
 *
 * @param {string} dataDir
 */
export function prepareCluster(dataDir) {
  const bin = join(postgresBinaries(), "bin");
  const { home, data } = findCluster(dataDir) ?? chooseHome(dataDir);
  const passwordFile = join(dataDir, "password");
  if (existsSync(data)) {
    refuseOtherMajor(data);
    return { data, bin, password: readFileSync(passwordFile, "utf8") };
  }

  const password = randomBytes(24).toString("base64url");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  createData({ home, data, bin, password });
  return { data, bin, password };
}

/**
 * Where a cluster lies, if `dataDir` has one: `home` holds `data`, and is `dataDir` itself or the place it names.
 *
 * @param {string} dataDir
 * @returns {{ home: string, data: string } | undefined}
 */
export function findCluster(dataDir) {
  const location = join(dataDir, "location");
  const home = existsSync(location) ? readFileSync(location, "utf8").trim() : dataDir;
  const data = join(home, "data");
  return existsSync(data) ? { home, data } : undefined;
}

function chooseHome(/** @type {string} */ dataDir) {
  if (!("uid" in unprivileged)) return { home: dataDir, data: join(dataDir, "data") };

  chmodSync(dataDir, 0o755);
  const location = join(dataDir, "location");
  if (unprivilegedCan("x", dataDir)) {
    rmSync(location, { force: true });
    return { home: dataDir, data: join(dataDir, "data") };
  }
  const home = makeReachableFolder("postgres-");
  chmodSync(home, 0o755);
  writeFileSync(location, home);
  return { home, data: join(home, "data") };
}

/**
 * Runs initdb in a draft folder: a start that is killed half-way leaves no half-made cluster.
 *
 * @param {{ home: string, data: string, bin: string, password: string }} cluster
 */
function createData({ home, data, bin, password }) {
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
  const initdb = spawnSync(
    join(bin, "initdb"),
    ["-D", join(draft, "data"), ...options, ...locale, "--no-sync"],
    {
      ...unprivileged,
      env: { PATH: process.env.PATH, LC_ALL: "C" },
      encoding: "utf8",
    },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.error?.message ?? initdb.stderr}`);

  renameSync(join(draft, "data"), data);
  rmSync(draft, { recursive: true });
}

function refuseOtherMajor(/** @type {string} */ data) {
  const major = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  if (major === MAJOR) return;
  throw new Error(
    `The data in ${data} was made by PostgreSQL ${major}; this is ${MAJOR}. npm start -- --fresh starts over.`,
  );
}
