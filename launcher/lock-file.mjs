import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { birthOf, isRunning } from "./running-process.mjs";

/** @typedef {{ release(): void }} HeldLock */

/**
 * Takes a lock for this process, in a file that names it.
 * A lock left behind by a process that was killed is taken over.
 *
 * @param {string} file
 * @returns {HeldLock | { heldBy: number }} `heldBy` is the id of the live process that has it
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${process.pid} ${birthOf(process.pid)}`;
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, mine);

  try {
    while (!tryLink(draft, file)) {
      const text = readText(file);
      if (text === undefined) continue;
      const holder = liveHolder(text);
      if (holder !== undefined) return { heldBy: holder };
      removeStale(file, text);
    }
  } finally {
    rmSync(draft, { force: true });
  }

  return {
    release() {
      if (readText(file) === mine) rmSync(file, { force: true });
    },
  };
}

/** Links instead of writing: the file appears whole, or not at all. */
function tryLink(/** @type {string} */ draft, /** @type {string} */ file) {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

function liveHolder(/** @type {string} */ text) {
  const [id, ...birth] = text.split(" ");
  const pid = Number(id);
  return isRunning(pid) && birthOf(pid) === birth.join(" ") ? pid : undefined;
}

/** Moves the file aside before it goes, so that a lock taken in the meantime by another process is put back. */
function removeStale(/** @type {string} */ file, /** @type {string} */ staleText) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside) !== staleText) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readText(/** @type {string} */ file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
