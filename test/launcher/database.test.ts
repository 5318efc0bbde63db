import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../launcher/database.mjs";
import { removePostgres } from "../../launcher/embedded-postgres.mjs";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let dataDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "burgee-database-"));
  dataDir = join(folder, "postgres");
  vi.stubEnv("DATABASE_URL", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await removePostgres(dataDir);
  rmSync(folder, { recursive: true });
});

test("leaves no PostgreSQL running when its database can't be opened", async () => {
  const first = await open();
  await first.stop();
  writeFileSync(join(dataDir, "password"), "another");

  await expect(open()).rejects.toThrow();

  // A server still running would hold the lock.
  await expect(open()).rejects.not.toThrow("in use");
});

function open() {
  return openDatabase({ folder: dataDir, logFile: join(folder, "postgres.log"), port: undefined });
}
