import { publishRuleset } from "@burgee/core";
import { type EnvironmentId, newId, type TenantId } from "@burgee/db";
import {
  createLogger,
  createQueues,
  migrateQueue,
  openBoardQueues,
  type QueueConnection,
} from "@burgee/runtime";
import { createDatabase, eventually, withRedis } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { addMember, type Browser, openBrowser } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const BOARD = "/ops/queues";
const shown = z.object({
  queues: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string(),
      counts: z.looseObject({ delayed: z.int(), waiting: z.int() }),
      jobs: z.array(z.looseObject({ id: z.string(), data: z.looseObject({}) })),
    }),
  ),
});

const database = await createDatabase();
await migrateQueue({ url: database.url, grantTo: ["burgee_system"] });
const redis = await withRedis();
const log = createLogger({ level: "silent", name: "test" });
afterAll(() => database.drop());

describe("on Postgres", () => describeBoard({ kind: "postgres", url: database.url, role: "burgee_system" }));
describe.skipIf(redis.url === undefined)("on Redis", () =>
  describeBoard({ kind: "redis", url: redis.url ?? "", prefix: `board-${process.pid}` }),
);

function describeBoard(connection: QueueConnection) {
  const process = { applicationName: "board-test", log };
  const queues = createQueues(connection, process);
  const opened: (readonly string[])[] = [];
  let first: TestApi;
  let api: TestApi;
  let operators: TestTenant;
  let operator: Browser;

  beforeAll(async () => {
    first = await startApi(database);
    operators = await first.addTenant();
    const { tenantId: operatorTenant } = operators.caller.person;
    api = await startApi(database, {
      queueBoard: {
        operatorTenant,
        open: (names) => {
          opened.push(names);
          return openBoardQueues(connection, { names, ...process });
        },
      },
    });
    operator = await signedIn(operators, "owner");
  });
  afterAll(async () => {
    await Promise.all([first.close(), api.close(), queues.close()]);
  });

  test("is not there for anybody but an owner of the operator's tenant, and loads nothing for them", async () => {
    const others = await api.addTenant();
    const strangers = [
      undefined,
      await signedIn(others, "owner"),
      await signedIn(operators, "admin"),
      await signedIn(operators, "viewer"),
    ];

    for (const browser of strangers) {
      for (const path of ["", "/", "/api/queues", "/static/favicon.ico"]) {
        expect(await ask(browser, "GET", path)).toMatchObject({
          status: 404,
          body: { code: "route_not_found" },
        });
      }
      expect((await ask(browser, "PUT", "/api/queues/pause", ours())).status).toBe(404);
    }
    const byKey = await api.request("GET", `${BOARD}/api/queues`, { key: operators.personalKey });
    expect(byKey.status).toBe(404);
    expect(opened).toEqual([]);
  });

  test("is not there where no operator is named", async () => {
    const answer = await first.request("GET", `${BOARD}/`, { headers: cookiesOf(operator) });

    expect(answer).toMatchObject({ status: 404, body: { code: "route_not_found" } });
  });

  test("shows its page, under a policy that runs nothing but its own scripts", async () => {
    const page = await ask(operator, "GET", "/");

    expect(page.status).toBe(200);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(page.headers.get("x-powered-by")).toBeNull();
    const scripts = [...page.text.matchAll(/<script([^>]*)>([^<]*)/g)];
    const sources = scripts.flatMap(([, attributes = ""]) => /src="([^"]+)"/.exec(attributes)?.[1] ?? []);
    // What stands in the page itself is data, which no browser runs.
    const inline = scripts.filter(([, attributes = ""]) => !attributes.includes("src="));
    expect(inline.map(([, attributes]) => attributes)).toEqual([
      expect.stringContaining('type="application/json"'),
    ]);
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      const script = await ask(operator, "GET", `/${source}`);
      expect(script).toMatchObject({ status: 200 });
      expect(script.text).not.toMatch(/new Function\(|[^\w.]eval\(/);
    }
  });

  test("shows each queue with what waits, and why its jobs may run twice", async () => {
    const target = await enqueueLater();

    const { queues: listed } = await look("?activeQueue=publish&status=delayed&page=1");

    expect(listed.map(({ name }) => name).toSorted()).toEqual([
      "jobs",
      "publish",
      "rollouts",
      "scheduled-changes",
      "toggle.failed.events",
    ]);
    expect(listed.find(({ name }) => name === "publish")).toMatchObject({
      description: expect.stringContaining(publishRuleset.mayRunTwice),
      jobs: expect.arrayContaining([expect.objectContaining({ data: expect.objectContaining(target) })]),
    });
    const { status, text } = await ask(operator, "GET", "/api/redis/stats");
    expect([status, text]).toEqual([200, expect.stringContaining('"version"')]);
  });

  test("is changed from our own pages alone, and the log says by whom", async () => {
    const { environmentId } = await enqueueLater();
    const path = `/api/queues/publish/${publishRuleset.name}.${environmentId}-r1/promote`;

    for (const headers of [{}, { origin: "https://evil.example" }]) {
      expect(await ask(operator, "PUT", path, headers)).toMatchObject({ status: 403 });
    }
    expect(await delayed()).toContain(environmentId);

    const promoted = await ask(operator, "PUT", path, ours());
    expect([promoted.status, promoted.text]).toEqual([204, ""]);
    await eventually(async () => expect(await delayed()).not.toContain(environmentId));
    expect(api.logged.join()).toContain("An operator changes the queues.");
  });

  test("ends with its session", async () => {
    const leaver = await signedIn(operators, "owner");
    expect((await ask(leaver, "GET", "/api/queues")).status).toBe(200);
    const { headers } = { headers: cookiesOf(leaver) };
    await leaver.mutate("auth.signOut");

    expect((await api.request("GET", `${BOARD}/api/queues`, { headers })).status).toBe(404);
  });

  async function enqueueLater() {
    const target = { tenantId: newId<TenantId>(), environmentId: newId<EnvironmentId>(), revision: 1 };
    await queues.enqueue(publishRuleset, target, { delayMs: 600_000 });
    return target;
  }

  async function delayed(): Promise<readonly unknown[]> {
    const { queues: listed } = await look("?activeQueue=publish&status=delayed&page=1");
    return listed.flatMap(({ jobs }) => jobs.map(({ data }) => data.environmentId));
  }

  async function look(query: string) {
    return shown.parse((await ask(operator, "GET", `/api/queues${query}`)).body);
  }

  function ask(browser: Browser | undefined, method: string, path: string, headers: object = {}) {
    return api.request(method, `${BOARD}${path}`, { headers: { ...cookiesOf(browser), ...headers } });
  }

  async function signedIn(tenant: TestTenant, role: "owner" | "admin" | "viewer"): Promise<Browser> {
    const browser = openBrowser(api);
    const { email } = await addMember(tenant, role);
    expect((await browser.signIn(email)).status).toBe(200);
    return browser;
  }

  function ours() {
    return { origin: `http://localhost:${api.port}` };
  }
}

function cookiesOf(browser: Browser | undefined): Readonly<Record<string, string>> {
  const cookies = [...(browser?.cookies ?? [])].map((cookie) => cookie.join("="));
  return cookies.length > 0 ? { cookie: cookies.join("; ") } : {};
}
