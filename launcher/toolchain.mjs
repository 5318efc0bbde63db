import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkout, inCheckout } from "./checkout.mjs";
import { installed, ProgramError, runProgram } from "./run-program.mjs";

/**
 * What every command needs before its work: packages as the lock has them, and Node 24.
 *
 * Where this process runs on another Node, the command is run again on the installed one,
 * and this process ends with its exit code: the promise then never settles.
 *
 * @param {import("./steps.mjs").Steps} steps
 * @param {{ signal?: AbortSignal, beforeRerun?: () => void }} [options]
 */
export async function ensureToolchain(steps, { signal, beforeRerun = () => {} } = {}) {
  await ensurePackages(steps, checkout, { signal });

  const wanted = wantedNode();
  if (process.version === wanted) return;
  refuseOtherNode(wanted);
  beforeRerun();
  await rerun(installed("node"), signal);
}

/**
 * Packages of a folder as its lock has them. The checkout's own serve everything; a folder that is no workspace has others.
 *
 * @param {import("./steps.mjs").Steps} steps
 * @param {string} folder
 * @param {{ signal?: AbortSignal | undefined }} [options]
 */
export async function ensurePackages(steps, folder, { signal } = {}) {
  if (isInstalled(folder)) return;
  const where = folder === checkout ? "" : ` in ${relative(checkout, folder)}`;
  await steps.step(`Installed packages${where} (npm ci)`, () => install(folder, signal));
}

/** Compiles what changed since the last time. */
export function build(/** @type {AbortSignal} */ signal = new AbortController().signal) {
  return runProgram(installed("tsc"), ["-b"], { signal });
}

/**
 * The api's program as a few files, which are made anew where something changed. Answers where it is.
 *
 * @param {AbortSignal} [signal]
 */
export async function bundleApi(signal) {
  await runProgram(process.execPath, [inCheckout("launcher", "bundle-api.mjs")], { signal });
  return inCheckout("apps", "api", "dist", "bundle", "main.js");
}

/**
 * The dashboard's pages, which are made anew where something changed.
 *
 * @param {AbortSignal} [signal]
 */
export function buildDashboard(signal) {
  return runProgram(process.execPath, [inCheckout("launcher", "build-dashboard.mjs")], { signal });
}

/** npm writes node_modules/.package-lock.json last: what it lists is there, whoever ran npm. */
function isInstalled(/** @type {string} */ folder) {
  const there = packagesIn(join(folder, "node_modules", ".package-lock.json"));
  const wanted = packagesIn(join(folder, "package-lock.json"));
  if (there === undefined || wanted === undefined) return false;

  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (!path.startsWith("node_modules/")) return true;
    const found = there[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

/**
 * @param {string} folder
 * @param {AbortSignal | undefined} signal
 */
function install(folder, signal) {
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder];
  // Under `npm start` npm says where it and its Node lie; ours may be the one that is about to be replaced.
  const { npm_execpath: npm, npm_node_execpath: node = process.execPath } = process.env;
  return npm ? runProgram(node, [npm, ...args], { signal }) : runProgram("npm", args, { signal });
}

/** @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
function packagesIn(/** @type {string} */ file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}

function wantedNode() {
  const { devDependencies } = JSON.parse(readFileSync(inCheckout("package.json"), "utf8"));
  return `v${devDependencies.node}`;
}

/** Without install scripts the package `node` brings no Node, and says nothing. */
function refuseOtherNode(/** @type {string} */ wanted) {
  const { stdout } = spawnSync(installed("node"), ["-v"], { encoding: "utf8" });
  const found = stdout?.trim();
  if (found === wanted) return;
  throw new ProgramError(
    `node_modules holds ${found ? `Node ${found}` : "no Node"} where ${wanted} is wanted: install scripts were switched off ` +
      "(--ignore-scripts).\nRun: npm rebuild node --ignore-scripts=false",
  );
}

/**
 * Takes the place of this process as well as one process can for another: signals go on to the new one, its exit code
 * becomes ours, and when we are killed its IPC channel disconnects.
 *
 * @param {string} node
 * @param {AbortSignal | undefined} signal ends it in order
 * @returns {Promise<never>}
 */
function rerun(node, signal) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: `${inCheckout("node_modules", ".bin")}:${process.env.PATH}` },
  });
  for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(name, () => child.kill(name));
  }
  signal?.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  return new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => process.exit(code ?? 1));
  });
}
