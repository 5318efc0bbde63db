import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi } from "../../test/start-api.ts";

const PAGE = "<!doctype html><title>Burgee</title>";
const SCRIPT = "export const answer = 42;";
const folder = mkdtempSync(join(tmpdir(), "burgee-dashboard-"));
let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { dashboardFolder: join(folder, "dist") });
});
afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

test("says plainly that it is not built, until it is", async () => {
  const before = await ask("/t/acme");

  build();

  expect(before.status).toBe(503);
  expect(await before.text()).toContain("npm run build");
  expect((await ask("/t/acme")).status).toBe(200);
});

test.each(["/", "/sign-in", "/t/acme/p/web/toggles?env=production", "/account", "/invitation"])(
  "the page is at %s, under a policy that runs no inline script, and is asked for anew each time",
  async (path) => {
    build();

    const answer = await ask(path);

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(PAGE);
    const { headers } = answer;
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("cache-control")).toBe("no-cache");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    const again = await ask(path, { "if-none-match": headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
  },
);

test("its files are sent packed to whoever takes that, and are kept for ever", async () => {
  build();

  const answer = await ask("/assets/main-abc.js", { "accept-encoding": "br" });

  expect(answer.headers.get("content-encoding")).toBe("br");
  expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(await answer.text()).toBe(SCRIPT);
  const plain = await ask("/assets/main-abc.js", { "accept-encoding": "identity" });
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(plain.headers.get("vary")).toBe("accept-encoding");
});

test.each(["/secret.txt", "/.made-of.json", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"])(
  "nothing but what was built for browsers is there: %s",
  async (path) => {
    build();
    writeFileSync(join(folder, "secret.txt"), "hush");

    const answer = await ask(path);

    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain("hush");
  },
);

test("a mistyped address is a page to a browser, and a problem to a program", async () => {
  build();

  const [browser, program, ofApi] = await Promise.all([
    ask("/tooggles", { accept: "text/html,*/*" }),
    ask("/tooggles"),
    ask("/v1/tooggles", { accept: "text/html,*/*" }),
  ]);

  expect([browser.status, await browser.text()]).toEqual([404, PAGE]);
  expect([program.status, program.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  expect(ofApi.headers.get("content-type")).toBe("application/problem+json");
  expect((await fetch(`${api.baseUrl}/t/acme`, { method: "POST" })).status).toBe(404);
});

test("an edge has no pages", async () => {
  const edge = await startApi(database, { role: "edge" });

  const answer = await fetch(edge.baseUrl, { headers: { accept: "text/html" } });

  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  await edge.close();
});

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${api.baseUrl}${path}`, { headers });
}

function build(): void {
  const dist = join(folder, "dist");
  mkdirSync(join(dist, "assets"), { recursive: true });
  writeFileSync(join(dist, ".made-of.json"), "{}");
  writeFileSync(join(dist, "assets", "main-abc.js"), SCRIPT);
  writeFileSync(join(dist, "assets", "main-abc.js.br"), brotliCompressSync(SCRIPT));
  writeFileSync(join(dist, "index.html"), PAGE);
}
