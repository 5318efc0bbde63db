import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** @typedef {{ command: string, env: Record<string, string> }} RedisProgram */

const NAMES = ["redis-server", "valkey-server"];

/**
 * Finds a Redis server program, and fetches one where the machine has none.
 *
 * @param {string} cacheDir where a fetched one is kept
 * @returns {RedisProgram | { unavailable: string }}
 */
export function findRedisProgram(cacheDir) {
  const unpacked = join(resolve(cacheDir), `redis-${process.platform}-${process.arch}`);
  return (
    onPath() ??
    inFolder(unpacked) ??
    fromDebianPackages(unpacked) ??
    installed("apt-get", ["install", "--yes", "--no-install-recommends", "redis-server"]) ??
    installed("brew", ["install", "redis"]) ?? {
      unavailable:
        "no REDIS_URL, no redis-server or valkey-server on the PATH, and neither apt-get nor brew gave one",
    }
  );
}

/** @returns {RedisProgram | undefined} */
function onPath() {
  const command = NAMES.find((name) => succeeds(name, ["--version"]));
  return command === undefined ? undefined : { command, env: {} };
}

/** @returns {RedisProgram | undefined} */
function inFolder(/** @type {string} */ folder) {
  const command = join(folder, "usr", "bin", "redis-server");
  if (!existsSync(command)) return undefined;

  const roots = ["lib", "usr/lib"].map((name) => join(folder, name)).filter((root) => existsSync(root));
  const libraries = roots.flatMap((root) => [root, ...subfolders(root)]);
  const env = { LD_LIBRARY_PATH: libraries.join(":") };
  return succeeds(command, ["--version"], env) ? { command, env } : undefined;
}

/**
 * Unpacks Debian's or Ubuntu's packages into `folder`. Needs no root, installs nothing, starts no service.
 *
 * @returns {RedisProgram | undefined}
 */
function fromDebianPackages(/** @type {string} */ folder) {
  if (!succeeds("apt-get", ["--version"]) || !succeeds("dpkg-deb", ["--version"])) return undefined;

  const draft = `${folder}.${randomUUID()}`;
  mkdirSync(join(draft, "lists", "partial"), { recursive: true });
  try {
    const options = packageOptions(draft);
    if (!succeeds("apt-get", [...options, "download", ...packagesOf(options)], {}, draft)) return undefined;
    for (const file of readdirSync(draft).filter((name) => name.endsWith(".deb"))) {
      if (!succeeds("dpkg-deb", ["-x", file, "root"], {}, draft)) return undefined;
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(draft, "root"), folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return inFolder(folder);
}

/** A fresh container has no package lists, and without root may not fetch them: then we keep our own. */
function packageOptions(/** @type {string} */ draft) {
  if (succeeds("apt-get", ["download", "--print-uris", "redis-server"])) return [];

  const options = [
    "-o",
    `Dir::State::lists=${join(draft, "lists")}`,
    "-o",
    `Dir::Cache=${join(draft, "cache")}`,
  ];
  mkdirSync(join(draft, "cache", "archives", "partial"), { recursive: true });
  succeeds("apt-get", [...options, "update"]);
  return options;
}

/** The server and the libraries it needs, but for the C library, which must be the machine's own. */
function packagesOf(/** @type {string[]} */ options) {
  const packages = new Set();
  let found = ["redis-server", "redis-tools"];
  while (found.length > 0) {
    for (const name of found) packages.add(name);
    const { stdout } = spawnSync("apt-cache", [...options, "depends", ...found], { encoding: "utf8" });
    const dependencies = [...(stdout ?? "").matchAll(/^ *\|?Depends: (lib\S+)$/gm)].map(
      ([, name = ""]) => name,
    );
    found = dependencies.filter(
      (name) => !packages.has(name) && !/^libc6|^libgcc|^libstdc|^libperl/.test(name),
    );
  }
  return [...packages];
}

/** @returns {RedisProgram | undefined} */
function installed(/** @type {string} */ installer, /** @type {string[]} */ args) {
  if (installer === "apt-get" && process.getuid?.() !== 0) return undefined;
  return succeeds(installer, args, { DEBIAN_FRONTEND: "noninteractive" }) ? onPath() : undefined;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @param {string} [cwd]
 */
function succeeds(command, args, env = {}, cwd = "/") {
  return spawnSync(command, args, { env: { ...process.env, ...env }, cwd, stdio: "ignore" }).status === 0;
}

function subfolders(/** @type {string} */ folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
