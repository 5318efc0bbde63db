import { spawn } from "node:child_process";
import { checkout, inCheckout } from "./checkout.mjs";

/** A program that ended badly. `message` is what it said, for a person to read. */
export class ProgramError extends Error {
  /** @override */
  name = "ProgramError";
}

/**
 * Runs a program to its end, quietly.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }} [options] `env` is added to ours; `signal` ends it
 * @returns {Promise<string>} what it wrote; Errors: {@link ProgramError} when it ended with another code than 0
 */
export function runProgram(command, args, { env = {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: checkout,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal && { signal }),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code, signalName) => {
      if (code === 0) resolve(output);
      else
        reject(new ProgramError(output.trim() || `${command} ended with ${signalName ?? `code ${code}`}.`));
    });
  });
}

/**
 * Runs a program in front of the user, who sees all it writes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to ours
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function runInFront(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: checkout, env: { ...process.env, ...env }, stdio: "inherit" });
    // The terminal's Ctrl-C reaches it too; we only wait for it, and pass on what was sent to us alone.
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    const ignore = () => {};
    process.on("SIGTERM", forward).on("SIGINT", ignore);
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGTERM", forward).off("SIGINT", ignore);
      resolve(code ?? 1);
    });
  });
}

/** Where npm puts a package's program. */
export const installed = (/** @type {string} */ name) => inCheckout("node_modules", ".bin", name);
