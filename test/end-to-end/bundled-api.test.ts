import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase, Installation, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../launcher/free-port.mjs";
import { startProcess } from "../support/started-process.ts";

let database: TestDatabase;
let burgee: Installation;
const folder = mkdtempSync(join(tmpdir(), "burgee-bundled-"));
const keyFile = join(folder, "key");
let cookie: string;

beforeAll(async () => {
  database = await createDatabase({ empty: true });
  burgee = await Installation.start({
    databaseUrl: database.url,
    redisUrl: undefined,
    env: { BURGEE_SIGN_UP: "open", BURGEE_KEY_FILE: keyFile },
  });
});
afterAll(async () => {
  await burgee.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});

test("the bundle finds the program that hashes passwords", async () => {
  const person = { email: "ada@example.com", name: "Ada", password: "correct horse battery", tenant: "Acme" };

  const answer = await fetch(`${burgee.url}/trpc/auth.signUp`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: burgee.url },
    body: JSON.stringify(person),
  });

  expect(await answer.json()).toMatchObject({ result: { data: { status: "signed_in" } } });
  [cookie = ""] = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
});

test("the bundle finds the page that shows the queues", async () => {
  const asked = await fetch(`${burgee.url}/trpc/auth.session`, { headers: { cookie } });
  const [, tenantId = ""] = /"tenantId":"([^"]+)"/.exec(await asked.text()) ?? [];
  const port = String(await freePort());
  const operators = startProcess("apps/api/dist/bundle/main.js", {
    DATABASE_URL: database.url,
    BURGEE_KEY_FILE: keyFile,
    BURGEE_EDGE_STORE: "off",
    BURGEE_OPERATOR_TENANT: tenantId,
    BURGEE_PORT: port,
  });
  await operators.line(/Listening/, { timeoutMs: 20_000 });
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}/ops/queues${path}`, { headers: { cookie } });

  expect(await (await ask("/")).text()).toContain('id="__UI_CONFIG__"');
  expect(await (await ask("/api/queues")).text()).toContain('"name":"publish"');
  expect((await ask("/static/favicon.ico")).status).toBe(200);
  await operators.kill("SIGTERM");
});

test("an error of the bundle is told by the lines of its sources", async () => {
  await database.drop();

  await fetch(`${burgee.url}/v1/toggles`, {
    headers: { authorization: `Bearer ${burgee.keys.personalKey}` },
  });

  expect(burgee.logged.join("\n")).toMatch(/packages\/core\/src\/sdk-keys\/key-checker\.ts:\d+:\d+/);
});
