import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { waitUntilGone } from "../../launcher/running-process.mjs";

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
  process.kill(first.pid, "SIGKILL");
  await first.exited;

  const second = await startPostgres({ dataDir });
  const rows = await query(second.url, "select value from kept");
  await second.stop();

  expect(await busy).toBeInstanceOf(Error);
  expect(rows).toEqual([{ value: 7 }]);
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
  const pid = Number(
    await new Promise((line) => createInterface({ input: starter.stdout }).once("line", line)),
  );

  starter.kill("SIGKILL");

  expect(await waitUntilGone(pid, 10_000)).toBe(true);
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
