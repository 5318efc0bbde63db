import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, statSync } from "node:fs";
import { join } from "node:path";

/** "nobody" on every Linux: PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 };

/** How to spawn a program that must not be root: as nobody when we are root, as ourselves otherwise. */
export const unprivileged = process.getuid?.() === 0 ? { ...NOBODY, cwd: "/" } : { cwd: "/" };

/**
 * Whether the unprivileged user can pass `access` (`r`, `w`, `x`) on `path`. Asked of the system itself,
 * as that user, since each folder above counts too: root's home is closed to everyone else.
 *
 * @param {"r" | "w" | "x"} access
 * @param {string} path
 */
export function unprivilegedCan(access, path) {
  return spawnSync("/bin/sh", ["-c", `test -${access} "$1"`, "sh", path], unprivileged).status === 0;
}

/** Gives a file or folder to the unprivileged user, closed to others. */
export function giveToUnprivileged(/** @type {string} */ path, /** @type {number} */ mode) {
  chmodSync(path, mode);
  if ("uid" in unprivileged) chownSync(path, unprivileged.uid, unprivileged.gid);
}

/**
 * A new folder that the unprivileged user can reach, wherever the checkout lies. Only asked for as root.
 * `/var/tmp` is the second choice, as some systems clear it of old files.
 */
export function makeReachableFolder(/** @type {string} */ prefix) {
  for (const parent of ["/var/lib/burgee", "/var/tmp"]) {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o755 });
      if (parent !== "/var/tmp") chmodSync(parent, 0o755);
      if (unprivilegedCan("x", parent)) return mkdtempSync(join(parent, prefix));
    } catch {
      // A read-only or missing place: the next one.
    }
  }
  throw new Error("Found no folder that the user nobody can reach; tried /var/lib/burgee and /var/tmp.");
}

/** Whether only root can change what `folder` holds: programs are never started from a place where others could plant one. */
export function belongsToUs(/** @type {string} */ folder) {
  const { uid, mode } = statSync(folder);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
