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
const TROUBLE = ["warn", "error", "fatal"];

/**
 * Starts one of our processes. All it writes goes to `logFile`; warnings and errors also go to the terminal.
 *
 * @param {{ name: string, script: string, env: NodeJS.ProcessEnv, logFile: string }} options
 * @returns {Service}
 */
export function startService({ name, script, env, logFile }) {
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
  for (const input of [stdout, stderr]) {
    createInterface({ input }).on("line", (line) => {
      log.write(`${line}\n`);
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      const trouble = input === stderr ? line : troubleIn(line);
      if (trouble !== undefined) console.error(`${name}: ${trouble}`);
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

/** The text of a log line that a person at the terminal should see. */
function troubleIn(/** @type {string} */ line) {
  try {
    const { level, msg, err } = JSON.parse(line);
    return TROUBLE.includes(level) ? [msg, err?.message].filter(Boolean).join(": ") : undefined;
  } catch {
    return undefined;
  }
}
