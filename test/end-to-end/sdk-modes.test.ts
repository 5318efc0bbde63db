/** What the SDK's surface says, held against the service as it runs for users. */
import { createServerClient, type ServerClient, type ServerOptions } from "@burgee/sdk";
import { createDatabase, eventually, Installation, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

let database: TestDatabase;
let burgee: Installation;

beforeAll(async () => {
  database = await createDatabase({ empty: true });
  burgee = await Installation.start({ databaseUrl: database.url, redisUrl: undefined });
  await burgee.trpc.toggles.create.mutate({ key: "cart", default: false });
  await burgee.trpc.toggles.create.mutate({ key: "seats", default: false });
  await change("cart", { default: true });
  await change("seats", {
    default: false,
    rules: [{ condition: "semver(app) >= semver('1.35.0')", value: true }],
  });
}, 60_000);

afterAll(async () => {
  await burgee.stop();
  await database.drop();
});

test("answers a page by a snapshot as the service answers its client key", async () => {
  const client = connect();
  await holds(client, "seats");
  const [project] = await burgee.trpc.projects.list.query();
  const page = { kind: "cli", name: "page", project: project?.key ?? "", environment: "production" } as const;
  const { key } = await burgee.trpc.sdkKeys.issue.mutate(page);
  const context = { userId: "ada", app: "1.36.0" };

  const response = await fetch(`${burgee.url}/v1/evaluate`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ context }),
  });

  expect(response.status).toBe(200);
  expect(client.forContext(context).snapshot()).toEqual(await response.json());
});

test("hears by hand of what changed, and of nothing before", async () => {
  const client = connect({ mode: "manual" });
  await client.ready();
  const heard: string[] = [];
  client.on("change", ({ keys }) => heard.push(...keys));
  const { version } = client;

  const revision = await change("cart", { default: false });
  await eventually(async () => {
    const answer = await fetch(`${burgee.url}/v1/ruleset`, {
      headers: { authorization: `Bearer ${burgee.keys.sdkKey}` },
    });
    if (((await answer.json()) as { revision: number }).revision < revision)
      throw new Error("Not published yet.");
  });
  const before = [client.version, client.isEnabled("cart"), [...heard]];
  await client.refresh();

  expect(before).toEqual([version, true, []]);
  expect([client.revision, client.isEnabled("cart"), heard]).toEqual([revision, false, ["cart"]]);
});

test("starts from the ruleset that the service gave, with nobody there", async () => {
  const answer = await fetch(`${burgee.url}/v1/ruleset`, {
    headers: { authorization: `Bearer ${burgee.keys.sdkKey}` },
  });
  const client = connect({ mode: "offline", bootstrap: async () => answer.json(), baseUrl: "", sdkKey: "" });

  expect(await client.ready()).toEqual({ status: "ready", source: "bootstrap" });
  expect(client.isEnabled("seats", { app: "1.35.0" })).toBe(true);
  expect(client.isEnabled("seats", { app: "1.34.9" })).toBe(false);
});

test("stores nothing of what is private or not recorded, nor who it was, and of evaluations no attribute at all", async () => {
  const client = connect({ usage: { privateAttributes: ["email"] } });
  await client.ready();
  const userId = "ada-lovelace";
  const declared = { name: "plan", type: "string", isRecorded: true } as const;
  await burgee.trpc.contextAttributes.set.mutate(declared);
  const toggles = client.forContext({
    userId,
    email: "ada@private.example",
    plan: "pro",
    city: "of-no-concern",
  });

  toggles.isEnabled("cart");
  client.isEnabled("cart", { userId: "hidden-in-evaluations" });
  toggles.track("ordered", 49.9);
  await client.close();

  // The worker takes it on.
  const events = await eventually(async () => {
    const found = await stored(
      "select name, value, context, length(subject) as subject from burgee.tracked_events",
    );
    expect(found).toHaveLength(1);
    return found;
  });
  expect(events).toEqual([{ name: "ordered", value: 49.9, context: { plan: "pro" }, subject: 32 }]);
  const all = JSON.stringify([
    events,
    await stored("select * from burgee.toggle_usage"),
    await stored("select * from burgee.usage_batches"),
    await stored("select * from burgee.event_intake"),
  ]);
  expect(all).not.toMatch(/private\.example|hidden-in-evaluations|of-no-concern|lovelace/);
});

test("fails on a key that nobody knows, says so at once, and answers with fallbacks", async () => {
  const client = connect({ sdkKey: "bg_srv_nobody" });

  const ready = await client.ready({ timeoutMs: 4_000 });

  expect(ready).toMatchObject({
    status: "failed",
    source: "none",
    error: { code: "unauthorized", status: 401 },
  });
  expect([client.status, client.isEnabled("cart", {}, true)]).toEqual(["failed", true]);
});

function connect(options: ServerOptions = {}): ServerClient {
  const { url: baseUrl, keys } = burgee;
  const client = createServerClient({ baseUrl, sdkKey: keys.sdkKey, logger: false, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Waits until a client knows what was changed last before it. */
async function holds(client: ServerClient, key: string): Promise<void> {
  await client.ready();
  await eventually(() => {
    if (client.detail(key, false).version !== 2) throw new Error(`${key} is not here yet.`);
  });
}

interface Wanted {
  readonly default: boolean;
  readonly rules?: { readonly condition: string; readonly value: boolean }[];
}

async function change(toggle: string, wanted: Wanted): Promise<number> {
  const { settings } = await burgee.trpc.toggles.get.query({ key: toggle });
  const { version: expectedVersion = 0 } =
    settings.find(({ environment }) => environment === "production") ?? {};
  const { revision } = await burgee.trpc.settings.update.mutate({
    toggle,
    expectedVersion,
    enabled: true,
    ...wanted,
  });
  return revision;
}

async function stored(query: string): Promise<readonly object[]> {
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const { rows } = await admin.query(query).finally(() => admin.end());
  return rows;
}
