import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findPostgres, removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { waitUntilGone } from "../../launcher/running-process.mjs";
import { unprivileged } from "../../launcher/unprivileged.mjs";
import { eventually } from "../support/eventually.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const launcher = join(import.meta.dirname, "..", "..", "launcher", "embedded-postgres.mjs");
const runsAsRoot = process.getuid?.() === 0;

/** Made with mode 0700: as root, the user that PostgreSQL runs as can't enter it, as in root's home. */
let closedFolder: string;
let dataDir: string;

beforeEach(() => {
  closedFolder = mkdtempSync(join(tmpdir(), "burgee-postgres-"));
  dataDir = join(closedFolder, "postgres");
});

afterEach(async () => {
  await removePostgres(dataDir);
  rmSync(closedFolder, { recursive: true });
});

test("keeps its data over a stop and a start", async () => {
  const first = await startPostgres({ dataDir });
  await query(first.url, "create table kept as select 7 as value");
  await first.stop();

  const second = await startPostgres({ dataDir });
  const rows = await query(second.url, "select value from kept");
  await second.stop();

  expect(rows).toEqual([{ value: 7 }]);
});

test("starts again with its data after a kill -9 of the postmaster under load", async () => {
  const first = await startPostgres({ dataDir });
  await query(first.url, "create table kept as select 7 as value");
  const busy = query(first.url, "select pg_sleep(60)").catch((error: Error) => error);
  await killAtOnce(first);

  const second = await startPostgres({ dataDir });
  const rows = await query(second.url, "select value from kept");
  await second.stop();

  expect(await busy).toBeInstanceOf(Error);
  expect(rows).toEqual([{ value: 7 }]);
});

test("starts again after a kill -9 that left a zombie which nobody reaps", async () => {
  const first = await startPostgres({ dataDir, durable: false });
  await killAtOnce(first);
  // `sleep` takes the place of the shell that would have reaped its child.
  const negligent = spawn("/bin/sh", ["-c", "true & echo $!; exec sleep 60"], unprivileged);
  const zombie = Number(await firstLine(negligent.stdout));
  noteAsPostmaster(zombie);

  const second = await startPostgres({ dataDir, durable: false }).finally(() => negligent.kill());
  await second.stop();

  expect(second.pid).not.toBe(first.pid);
});

test("waits for what a killed postmaster left, also where its id was given to another program since", async () => {
  const first = await startPostgres({ dataDir, durable: false });
  const [backend] = await query(
    first.url,
    "select pid from pg_stat_activity where backend_type = 'checkpointer'",
  );
  const left = Number(backend && "pid" in backend && backend.pid);
  process.kill(left, "SIGSTOP"); // it can't notice that its postmaster is gone
  await killAtOnce(first);
  const another = spawn("sleep", ["60"], unprivileged);
  noteAsPostmaster(Number(another.pid));

  const starting = startPostgres({ dataDir, durable: false }).finally(() => another.kill());
  await eventually(() => readFileSync(first.log, "utf8").includes("pre-existing shared memory block"));
  process.kill(left, "SIGCONT");
  const second = await starting;
  await second.stop();

  expect(second.pid).not.toBe(first.pid);
});

test("is found while it runs, by whoever knows its folder, and not before or after", async () => {
  const before = findPostgres(dataDir);
  const server = await startPostgres({ dataDir, durable: false });

  const during = findPostgres(dataDir);
  await server.stop();

  expect([before, during, findPostgres(dataDir)]).toEqual([undefined, server.url, undefined]);
});

test("leaves no process behind when it stops", async () => {
  const server = await startPostgres({ dataDir, durable: false });

  await server.stop();

  expect(await waitUntilGone(server.pid, 0)).toBe(true);
});

test("ends by itself when the process that started it is killed", async () => {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(launcher)});
    console.log((await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false })).pid);
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const pid = Number(await firstLine(starter.stdout));

  starter.kill("SIGKILL");

  expect(await waitUntilGone(pid, 10_000)).toBe(true);
});

test.each([
  [{}, /PG_VERSION is missing\. npm start -- --fresh starts over/],
  [{ "data/PG_VERSION": "17\n" }, /was made by PostgreSQL 17; this is 18\. npm start -- --fresh starts over/],
  [{ "data/PG_VERSION": "18\n" }, /password is missing\. npm start -- --fresh starts over/],
  [{ "data/PG_VERSION": "18\n", password: "" }, /password is empty\. npm start -- --fresh starts over/],
  [
    { "data/PG_VERSION": "18\n", password: "…" },
    /^PostgreSQL did not start: .*npm start -- --fresh starts over/,
  ],
])(
  "says in one line what is damaged where all there is are %j, and how to start over",
  async (files, line) => {
    mkdirSync(join(dataDir, "data"), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dataDir, name), text);

    const refused = await startPostgres({ dataDir }).catch((error: Error) => error);

    expect(refused).toMatchObject({ name: "ProgramError", message: expect.stringMatching(line) });
  },
);

test("leaves nothing behind when it is stopped while it makes its data", async () => {
  const stopping = new AbortController();
  const starting = startPostgres({ dataDir, signal: stopping.signal });
  const home = homeOfData();
  const draft = join(home, "draft");
  await eventually(() => existsSync(join(draft, "data")));

  stopping.abort();

  await expect(starting).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(draft)).toBe(false);
  await removePostgres(dataDir);
  expect(existsSync(home)).toBe(false);
});

test("refuses a folder that a live process uses, and names that process", async () => {
  const server = await startPostgres({ dataDir, durable: false });

  const second = startPostgres({ dataDir }).finally(() => server.stop());

  await expect(second).rejects.toThrow(`in use by process ${process.pid}`);
});

test("keeps the superuser's password to us, and lets nobody in without it", async () => {
  const server = await startPostgres({ dataDir, durable: false });
  const wrong = new URL(server.url);
  wrong.password = "wrong";

  const refused = query(wrong.href, "select 1").finally(() => server.stop());

  await expect(refused).rejects.toThrow("password authentication failed");
  expect(statSync(join(dataDir, "password")).mode & 0o777).toBe(0o600);
});

test.runIf(runsAsRoot)(
  "as root keeps the data where the user nobody can reach it, and removes it from there",
  async () => {
    const server = await startPostgres({ dataDir, durable: false });
    await server.stop();
    const home = readFileSync(join(dataDir, "location"), "utf8");
    const owner = statSync(join(home, "data")).uid;

    await removePostgres(dataDir);

    expect(owner).toBe(65_534);
    expect(existsSync(home)).toBe(false);
  },
);

async function killAtOnce({ pid, exited }: { readonly pid: number; readonly exited: Promise<void> }) {
  process.kill(pid, "SIGKILL");
  await exited;
}

function firstLine(input: Readable): Promise<string> {
  return new Promise((line) => createInterface({ input }).once("line", line));
}

/** As if the postmaster that was killed had had this id. */
function noteAsPostmaster(pid: number): void {
  const note = join(homeOfData(), "data", "postmaster.pid");
  writeFileSync(note, readFileSync(note, "utf8").replace(/^\d+/, String(pid)));
}

function homeOfData(): string {
  const location = join(dataDir, "location");
  return existsSync(location) ? readFileSync(location, "utf8") : dataDir;
}

async function query(url: string, text: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {}); // a server that is killed under us: the query in flight tells it too
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}
