import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase, eventually, startProcess, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let database: TestDatabase;

const folder = mkdtempSync(join(tmpdir(), "burgee-main-"));

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** From its sources, so that nothing has to be built. */
const start = (env: Record<string, string>) =>
  startProcess("apps/api/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_PORT: "0",
    BURGEE_KEY_FILE: join(folder, "key"),
    BURGEE_EDGE_STORE: join(folder, "store"),
    ...env,
  });

describe("the process", () => {
  test("listens, and ends in order when it is told to", async () => {
    const api = start({});
    const line = await api.line(/Listening/, { timeoutMs: 20_000 });
    const { port } = JSON.parse(line);

    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    const ending = await api.kill("SIGTERM");

    expect(ready.status).toBe(200);
    expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
    expect(ending).toEqual({ code: 0, signal: null });
  });

  test("says in one line that its port is taken, and which variable changes it", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const address = holder.address();
    const port = String(typeof address === "object" && address !== null ? address.port : 0);

    const api = start({ BURGEE_PORT: port, BURGEE_LOG_LEVEL: "warn" });
    const ending = await api.exited;
    await eventually(() => api.lines.length > 0);
    holder.close();

    expect(ending.code).toBe(1);
    expect(api.lines).toEqual([expect.stringMatching(new RegExp(`${port}.*BURGEE_PORT`))]);
  });

  test("does not start with a key file that others may read, and says so in one line", async () => {
    const file = join(folder, "open-key");
    writeFileSync(file, `${"A".repeat(43)}\n`);
    chmodSync(file, 0o644);

    const api = start({ BURGEE_KEY_FILE: file });
    const ending = await api.exited;

    expect(ending.code).toBe(2);
    expect(api.lines).toEqual([expect.stringContaining(`Others may read the key file ${file}`)]);
  });

  test("wants a certificate and its key together, and says so in one line", async () => {
    const api = start({ BURGEE_TLS_CERT: join(folder, "cert.pem") });
    const ending = await api.exited;

    expect(ending.code).toBe(2);
    expect(api.lines).toEqual([expect.stringContaining("BURGEE_TLS_CERT and BURGEE_TLS_KEY go together")]);
  });

  test("names every variable that it can't use", async () => {
    const api = start({ BURGEE_PORT: "high", REDIS_URL: "localhost" });

    const ending = await api.exited;

    expect(ending.code).toBe(2);
    expect(api.lines.join("\n")).toMatch(/BURGEE_PORT[\s\S]*REDIS_URL|REDIS_URL[\s\S]*BURGEE_PORT/);
  });
});
