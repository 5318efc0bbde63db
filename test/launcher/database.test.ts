import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../launcher/database.mjs";
import { removePostgres } from "../../launcher/embedded-postgres.mjs";
import { freePort } from "../../launcher/free-port.mjs";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let dataDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "burgee-database-"));
  dataDir = join(folder, "postgres");
});

afterEach(async () => {
  await removePostgres(dataDir);
  rmSync(folder, { recursive: true });
});

test("leaves no PostgreSQL running when its database can't be opened", async () => {
  const first = await open();
  await first.stop();
  writeFileSync(join(dataDir, "password"), "another");

  await expect(open()).rejects.toThrow(/password authentication failed.*npm start -- --fresh starts over/);

  // A server still running would hold the lock.
  await expect(open()).rejects.not.toThrow("in use");
});

test("asks the database of DATABASE_URL before it is called open, and shows no password of it", async () => {
  const port = await freePort();

  const opening = open(`postgres://ada:secret@127.0.0.1:${port}/burgee`);

  const refused = `The database of DATABASE_URL at 127.0.0.1:${port} can't be used: connect ECONNREFUSED 127.0.0.1:${port}. `;
  await expect(opening).rejects.toThrow(refused);
  await expect(opening).rejects.not.toThrow("secret");
});

function open(url?: string) {
  const { signal } = new AbortController();
  return openDatabase({
    url,
    folder: dataDir,
    logFile: join(folder, "postgres.log"),
    port: undefined,
    signal,
  });
}
