import { spawn } from "node:child_process";
import { createWriteStream, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { checkout } from "./checkout.mjs";

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {number} pid
 * @property {Promise<string>} exited how it ended: "code 1", "SIGKILL"
 * @property {() => string[]} lastLines what it wrote last
 * @property {() => Promise<void>} stop asks it to end, waits, and ends it where it won't; may be called again
 */

/** Longer than the 25 s a process of ours gives itself. */
const STOP_PATIENCE_MS = 28_000;
const KEPT_LINES = 20;
const SHOWN_AGAIN_MS = 10_000;
const TROUBLE = ["warn", "error", "fatal"];

/**
 * Starts one of our processes. All it writes goes to `logFile`; warnings and errors, and what ended them, also go to the terminal.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.script
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.logFile
 * @param {AbortSignal} [options.quiet] once aborted, nothing more goes to the terminal
 * @returns {Service}
 */
export function startService({ name, script, env, logFile, quiet }) {
  const file = openSync(logFile, "a", 0o600);
  // A group of its own keeps the terminal's Ctrl-C from it: we stop things in order.
  // The IPC channel tells it when we are gone without a word.
  const child = spawn(process.execPath, ["--enable-source-maps", script], {
    cwd: checkout,
    env: { ...process.env, ...env, BURGEE_PARENT: "1" },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error(`${name} did not start.`);

  const log = createWriteStream(logFile, { fd: file });
  log.on("error", ({ message }) => console.error(`${name}: its log can't be written: ${message}`));
  /** @type {string[]} */
  const kept = [];
  const isNews = createNewsFilter();
  for (const input of [stdout, stderr]) {
    createInterface({ input }).on("line", (line) => {
      const said = readLine(line);
      log.write(`${line}\n`);
      kept.push(said.text);
      if (kept.length > KEPT_LINES) kept.shift();
      const isForPeople = said.isTrouble || said.isRecovery || input === stderr;
      if (isForPeople && !quiet?.aborted && isNews(said)) console.error(`${name}: ${said.text}`);
    });
  }

  /** @type {Promise<string>} */
  const exited = new Promise((resolve) => {
    child.once("close", (code, signal) => {
      log.end();
      resolve(signal ?? `code ${code}`);
    });
  });
  return { name, pid, exited, lastLines: () => [...kept], stop };

  async function stop() {
    child.kill("SIGTERM");
    const tooLong = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
    await exited;
    clearTimeout(tooLong);
  }
}

/**
 * What a line of a log says to a person at the terminal.
 *
 * @typedef {{ text: string, isTrouble: boolean, isRecovery: boolean }} Said
 * @returns {Said}
 */
function readLine(/** @type {string} */ line) {
  try {
    const { level, msg, err, recovered } = JSON.parse(line);
    const cause = err?.message || err?.code;
    const text = msg && cause ? `${String(msg).replace(/\.$/, "")}: ${cause}` : (msg ?? cause);
    return { text: text ?? line, isTrouble: TROUBLE.includes(level), isRecovery: recovered === true };
  } catch {
    return { text: line, isTrouble: false, isRecovery: false };
  }
}

/** Several connections tell the same of one server, at once or in turns: a person needs it once, until that server is back. */
function createNewsFilter() {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return (/** @type {Said} */ { text, isRecovery }) => {
    const now = performance.now();
    for (const [other, at] of seen) if (now - at >= SHOWN_AGAIN_MS) seen.delete(other);
    const isNews = !seen.has(text);
    if (isNews && isRecovery) seen.clear();
    seen.set(text, now);
    return isNews;
  };
}
