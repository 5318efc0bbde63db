import { createServer } from "node:net";
import { createDatabase, eventually, startProcess, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** From its sources, so that nothing has to be built. */
const start = (env: Record<string, string>) =>
  startProcess("apps/api/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_PORT: "0",
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

  test("names every variable that it can't use", async () => {
    const api = start({ BURGEE_PORT: "high", REDIS_URL: "localhost" });

    const ending = await api.exited;

    expect(ending.code).toBe(2);
    expect(api.lines.join("\n")).toMatch(/BURGEE_PORT[\s\S]*REDIS_URL|REDIS_URL[\s\S]*BURGEE_PORT/);
  });
});
