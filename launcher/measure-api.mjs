/**
 * What the api takes to start on a migrated database, by role: until it answers, in CPU time and by the clock, and the memory that it
 * has once it idles. CPU time is what a program takes; the clock also counts what else the machine does.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inCheckout } from "./checkout.mjs";
import { removePostgres, startPostgres } from "./embedded-postgres.mjs";
import { freePort } from "./free-port.mjs";
import { runProgram } from "./run-program.mjs";
import { bundleApi } from "./toolchain.mjs";

const STARTS = 5;
const ASKED_MS = 500;
const ASKED_MIB = 100;
const PATIENCE_MS = 30_000;
const IDLE_MS = 2_000;

if (process.platform === "linux") await measure();
else console.log("API, its start: measured on Linux alone, by /proc");

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "burgee-start-"));
  const dataDir = join(folder, "postgres");
  const postgres = await startPostgres({ dataDir, durable: false });
  try {
    const env = {
      DATABASE_URL: postgres.url,
      BURGEE_KEY_FILE: join(folder, "key"),
      BURGEE_LOG_LEVEL: "warn",
      // What was compiled once is kept, as `npm start` keeps it.
      NODE_COMPILE_CACHE: join(folder, "compiled"),
    };
    for (const script of [
      "packages/db/dist/commands/migrate.js",
      "apps/worker/dist/commands/migrate-queue.js",
    ]) {
      await runProgram(process.execPath, [inCheckout(script)], { env: { ...process.env, ...env } });
    }
    const script = await bundleApi();
    for (const role of ["edge", "all"]) {
      /** @type {Awaited<ReturnType<typeof startOnce>>[]} */
      const starts = [];
      for (let at = 0; at < STARTS; at++) {
        starts.push(
          await startOnce(script, {
            ...env,
            BURGEE_ROLE: role,
            BURGEE_EDGE_STORE: join(folder, `store-${role}`),
          }),
        );
      }
      const wall = median(starts.map(({ wallMs }) => wallMs));
      const cpu = median(starts.map(({ cpuMs }) => cpuMs));
      const mib = median(starts.map((start) => start.mib));
      console.log(
        `API, its start as ${role}: ${wall} ms by the clock, ${cpu} ms of CPU, ${ASKED_MS} asked; idle ${mib} MiB, ${ASKED_MIB} asked (medians of ${STARTS})`,
      );
    }
  } finally {
    await postgres.stop();
    await removePostgres(dataDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} script
 * @param {Record<string, string>} env
 */
async function startOnce(script, env) {
  const port = await freePort();
  const startedMs = performance.now();
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, BURGEE_PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const end = new Promise((resolve) => child.once("exit", resolve));
  try {
    while (!(await isReady(port))) {
      if (performance.now() - startedMs > PATIENCE_MS) throw new Error("The api did not become ready.");
      await wait(5);
    }
    const wallMs = Math.round(performance.now() - startedMs);
    const cpuMs = cpuMsOf(child.pid);
    await wait(IDLE_MS);
    return { wallMs, cpuMs, mib: Math.round(residentKibOf(child.pid) / 1024) };
  } finally {
    child.kill("SIGTERM");
    await end;
  }
}

async function isReady(/** @type {number} */ port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
  } catch {
    return false;
  }
}

/** The name of the program stands in brackets, and may hold anything. */
function cpuMsOf(/** @type {number | undefined} */ pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentKibOf(/** @type {number | undefined} */ pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

function median(/** @type {readonly number[]} */ values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
