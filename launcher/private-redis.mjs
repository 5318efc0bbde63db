import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { troubleWithRedis } from "./ask-redis.mjs";
import { freePort } from "./free-port.mjs";
import { findRedisProgram } from "./redis-program.mjs";

/** @typedef {{ url: string, stop(): Promise<void> }} PrivateRedis */

const START_PATIENCE_MS = 10_000;

/**
 * Brings a Redis up: the one of REDIS_URL, or a private one that keeps nothing and evicts nothing.
 *
 * The program is looked for on the PATH, among earlier downloads in `cacheDir`, at Debian's and Ubuntu's packages
 * (unpacked without root, nothing installed), then in what apt-get or brew can install. The private one dies with us.
 *
 * @param {{ cacheDir: string }} options
 * @returns {Promise<PrivateRedis | { unavailable: string }>} `unavailable`: why there is none
 */
export async function bringRedis({ cacheDir }) {
  const given = process.env.REDIS_URL;
  if (given) return { url: given, stop: async () => {} };

  mkdirSync(cacheDir, { recursive: true });
  const program = findRedisProgram(cacheDir);
  return "unavailable" in program ? program : startRedis(program);
}

/**
 * Starts a private one of a program that was found, on a free port unless `port` says which.
 *
 * @param {import("./redis-program.mjs").RedisProgram} program
 * @param {{ port?: number }} [options]
 * @returns {Promise<PrivateRedis | { unavailable: string }>}
 */
export async function startRedis({ command, env }, { port: wanted } = {}) {
  const port = wanted ?? (await freePort());
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const keeper = spawn(
    "/bin/sh",
    ["-c", KEEPER, "sh", command, ...options, "--maxmemory-policy", "noeviction"],
    {
      env: { ...process.env, ...env },
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  keeper.stdin.on("error", () => {}); // closing a pipe whose reader is gone is no news
  const exited = new Promise((resolve) => keeper.once("exit", resolve));
  let output = "";
  for (const stream of [keeper.stdout, keeper.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-2_000);
    });
  }
  const stop = async () => {
    keeper.ref();
    keeper.stdin.end();
    await exited;
  };

  const deadline = performance.now() + START_PATIENCE_MS;
  while (keeper.exitCode === null && performance.now() < deadline) {
    const url = `redis://127.0.0.1:${port}`;
    if ((await troubleWithRedis(url)) === undefined) {
      for (const part of [keeper, keeper.stdin, keeper.stdout, keeper.stderr]) unref(part);
      return { url, stop };
    }
    await wait(10);
  }
  await stop();
  return { unavailable: `${command} did not start: ${output.trim().split("\n").at(-1)}` };
}

/** Ends Redis when our pipe closes: because we ask, or because we died. */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
redis=$!
( read -r _ <&3; kill -TERM $redis ) >/dev/null 2>&1 &
watch=$!
wait $redis
kill $watch 2>/dev/null
`;

/** A Redis left running must not keep a finished test run from ending. */
function unref(/** @type {object} */ part) {
  if ("unref" in part && typeof part.unref === "function") part.unref();
}
