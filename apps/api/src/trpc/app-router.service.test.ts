import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient, TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "./app-router.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
let burgee: TRPCClient<AppRouter>;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  acme = await api.addTenant();
  burgee = clientWith(acme.personalKey);
});

/** As an outside program would: the package's client, the router's type, and a key. */
function clientWith(key: string): TRPCClient<AppRouter> {
  const headers = { authorization: `Bearer ${key}` };
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.baseUrl}/trpc`, headers })] });
}

const cart = { key: "cart", default: false } as const;
const refusalOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (refused: unknown) => refused,
  );
  if (!(error instanceof TRPCClientError)) throw new Error("Nothing was refused.");
  return error;
};

describe("an outside program", () => {
  test("creates a toggle, changes it, reads its history, and archives it", async () => {
    const created = await burgee.toggles.create.mutate(cart);
    const enabled = await burgee.settings.update.mutate({
      toggle: "cart",
      expectedVersion: 1,
      enabled: true,
      default: false,
      rules: [{ condition: "region == 'IN'", value: true }],
    });
    const disabled = await burgee.settings.setEnabled.mutate({
      toggle: "cart",
      expectedVersion: 2,
      enabled: false,
    });
    const history = await burgee.settings.history.query({ toggle: "cart" });
    const archived = await burgee.toggles.archive.mutate({ key: "cart", expectedVersion: 3 });

    expect([created.revision, enabled.revision, disabled.revision, archived.revision]).toEqual([2, 3, 4, 5]);
    expect(history.items.map(({ version, enabled }) => [version, enabled])).toEqual([
      [3, false],
      [2, true],
      [1, true],
    ]);
    expect(archived.archived).toBe(true);
  });

  test("looks around: tenant, projects, environments, toggles, keys, audit", async () => {
    await burgee.toggles.create.mutate(cart);

    const [tenant, projects, environments, toggle, toggles, keys, audit] = await Promise.all([
      burgee.tenants.get.query(),
      burgee.projects.list.query(),
      burgee.environments.list.query({}),
      burgee.toggles.get.query({ key: "cart" }),
      burgee.toggles.list.query({}),
      burgee.sdkKeys.list.query(),
      burgee.audit.list.query({ limit: 1 }),
    ]);

    expect(tenant).toMatchObject({ name: "Acme", role: "owner" });
    expect(projects).toEqual([{ key: "web", name: "Web shop" }]);
    expect(environments.map(({ key }) => key)).toEqual(["production", "staging"]);
    expect(toggle).toMatchObject({ key: "cart", environment: "production" });
    expect(toggles.items.map(({ key }) => key)).toEqual(["cart"]);
    expect(keys.map(({ kind }) => kind).sort()).toEqual(["cli", "pat", "srv"]);
    expect(audit.items[0]).toMatchObject({ action: "toggle.created" });
  });

  test("asks why a toggle serves what it serves, and hears the same as over REST", async () => {
    await burgee.contextAttributes.set.mutate({ name: "since", type: "timestamp" });
    const rules = [{ id: "old", condition: "since < timestamp('2026-01-01T00:00:00Z')", value: true }];
    await burgee.toggles.create.mutate({ ...cart, rules });
    await api.publish();
    const context = { since: "2025-01-01T00:00:00Z" };

    const explained = await burgee.toggles.explain.query({ key: "cart", context });
    const overRest = await api.request("POST", "/v1/evaluate?explain=true", {
      key: acme.personalKey,
      body: { context, toggles: ["cart"] },
    });
    const viewer = clientWith(await acme.keyOf("viewer"));
    const elsewhere = viewer.toggles.explain.query({ key: "cart", environment: "staging" });

    const { nowMs, ...explanation } = explained.explanation ?? {};
    expect(explained).toMatchObject({
      value: true,
      ruleId: "old",
      explanation: { trace: { toggle: "cart" } },
    });
    expect(overRest.body).toMatchObject({ evaluations: [{ ...explained, explanation }] });
    expect(nowMs).toEqual(expect.any(Number));
    expect(await elsewhere).toMatchObject({ reason: "DISABLED", enabled: false });
    const other = clientWith((await api.addTenant()).personalKey);
    for (const ask of [
      () => burgee.toggles.explain.query({ key: "missing" }),
      () => other.toggles.explain.query({ key: "cart" }),
    ]) {
      expect((await refusalOf(ask())).data).toMatchObject({ problem: { code: "toggle_not_found" } });
    }
  });

  test("evaluates the toggles of a page for a person, as it is published", async () => {
    const rules = [{ id: "ada", condition: "userId == 'ada'", value: true }];
    await burgee.toggles.create.mutate({ ...cart, rules });
    await burgee.toggles.create.mutate({ ...cart, key: "basket", rules: [] });
    await api.publish();
    const context = { userId: "ada" };

    const first = await burgee.toggles.evaluate.query({ context, limit: 1 });
    const rest = await burgee.toggles.evaluate.query({ context, cursor: first.nextCursor ?? "" });
    const found = await burgee.toggles.evaluate.query({ context, search: "art" });

    expect(first.items.map(({ key }) => key)).toEqual(["basket"]);
    expect(rest).toMatchObject({ items: [{ key: "cart", value: true, ruleId: "ada" }], nextCursor: null });
    expect(found.items).toEqual(rest.items);
  });

  test("lists without saying what: its key knows the project and the environment", async () => {
    await burgee.toggles.create.mutate(cart);

    const [environments, toggles, audit] = await Promise.all([
      burgee.environments.list.query(),
      burgee.toggles.list.query(),
      burgee.audit.list.query(),
    ]);

    expect(environments.map(({ key }) => key)).toEqual(["production", "staging"]);
    expect(toggles.items.map(({ key }) => key)).toEqual(["cart"]);
    expect(audit.items[0]).toMatchObject({ action: "toggle.created" });
  });

  test("sets up another project, an environment and a key that reads it", async () => {
    await burgee.projects.create.mutate({ key: "app", name: "App" });
    await burgee.environments.create.mutate({ project: "app", key: "test", name: "Test" });
    const issued = await burgee.sdkKeys.issue.mutate({
      project: "app",
      environment: "test",
      kind: "srv",
      name: "CI",
    });
    await api.publish();

    const before = await api.request("GET", "/v1/ruleset", { key: issued.key });
    const revoked = await burgee.sdkKeys.revoke.mutate({ id: issued.id });

    expect(before).toMatchObject({ status: 200, body: { project: "app", environment: "test" } });
    expect(revoked.revokedAt).not.toBeNull();
    await eventually(async () => {
      const after = await api.request("GET", "/v1/ruleset", { key: issued.key });
      return after.status === 401;
    });
  });

  test("makes a segment, changes it, reads its history, and archives it once no rule asks it", async () => {
    const created = await burgee.segments.create.mutate({ key: "beta", include: ["ada"] });
    const rules = [{ condition: "segment('beta')", value: true }];
    await burgee.toggles.create.mutate({ ...cart, rules });
    const updated = await burgee.segments.update.mutate({
      key: "beta",
      expectedVersion: 1,
      include: ["ada", "bo"],
    });
    const refused = await refusalOf(burgee.segments.archive.mutate({ key: "beta", expectedVersion: 2 }));
    await api.publish();

    const answer = await api.request("GET", "/v1/toggles/cart?userId=bo", { key: acme.serverKey });
    const [segment, list, history] = await Promise.all([
      burgee.segments.get.query({ key: "beta" }),
      burgee.segments.list.query(),
      burgee.segments.history.query({ key: "beta" }),
    ]);

    expect([created.revisions, updated.revisions]).toEqual([
      { production: 2, staging: 2 },
      { production: 4, staging: 4 },
    ]);
    expect(refused).toMatchObject({ data: { code: "CONFLICT", problem: { code: "segment_in_use" } } });
    expect(answer).toMatchObject({ body: { value: true, reason: "TARGETING_MATCH" } });
    expect(segment).toMatchObject({ version: 2, include: ["ada", "bo"] });
    expect(list.items).toMatchObject([{ key: "beta", included: 2 }]);
    expect(history.items.map(({ version }) => version)).toEqual([2, 1]);
    const setting = { toggle: "cart", expectedVersion: 1, enabled: true, default: false };
    await burgee.settings.update.mutate(setting);
    expect(await burgee.segments.archive.mutate({ key: "beta", expectedVersion: 2 })).toMatchObject({
      archived: true,
    });
  });

  test("is warned of rules in vain", async () => {
    const rules = [{ condition: "age > 5 && age < 3", value: true }];
    const { warnings } = await burgee.toggles.create.mutate({ ...cart, rules });
    const change = { key: "cart", expectedVersion: 1, description: "The cart" };
    const updated = await burgee.toggles.update.mutate(change);
    const segment = await burgee.segments.create.mutate({ key: "nobody", condition: "age > 5 && age < 3" });

    expect(warnings).toMatchObject([{ pointer: "/rules/0/condition", code: "never_matches" }]);
    expect(updated.warnings).toEqual(warnings);
    expect(segment.warnings).toMatchObject([{ pointer: "/condition", code: "never_matches" }]);
  });

  test("declares attributes, and is warned of a name that is near one", async () => {
    const declared = await burgee.contextAttributes.set.mutate({ name: "region", type: "string" });
    const rules = [{ condition: "regio == 'IN'", value: true }];
    const { warnings } = await burgee.toggles.create.mutate({ ...cart, rules });
    const listed = await burgee.contextAttributes.list.query();
    const removed = await burgee.contextAttributes.remove.mutate({ name: "region" });

    expect(declared).toMatchObject({
      attributes: [{ name: "region" }],
      revisions: { production: 2, staging: 2 },
    });
    expect(warnings).toMatchObject([
      { pointer: "/rules/0/condition", message: expect.stringContaining("'region'") },
    ]);
    expect(listed).toEqual(declared.attributes);
    expect(removed.attributes).toEqual([]);
  });

  test.each<[string, (client: TRPCClient<AppRouter>) => Promise<unknown>, string]>([
    [
      "a segment that goes in a circle",
      ({ segments }) => segments.create.mutate({ key: "a", condition: "segment('a')" }),
      "invalid_input",
    ],
    [
      "a segment's version that is stale",
      ({ segments }) => segments.update.mutate({ key: "known", expectedVersion: 7 }),
      "version_conflict",
    ],
    [
      "a segment that is not there",
      ({ segments }) => segments.get.query({ key: "nope" }),
      "segment_not_found",
    ],
    [
      "a segment's key that is taken",
      ({ segments }) => segments.create.mutate({ key: "known" }),
      "segment_key_taken",
    ],
    [
      "a segment's key with a blank",
      ({ segments }) => segments.create.mutate({ key: "a b" }),
      "invalid_input",
    ],
    ["a cursor that is no key", ({ segments }) => segments.list.query({ cursor: "'" }), "invalid_input"],
    [
      "an attribute with a blank",
      (client) => client.contextAttributes.set.mutate({ name: "a b", type: "list" }),
      "invalid_input",
    ],
    [
      "an attribute that is not declared",
      (client) => client.contextAttributes.remove.mutate({ name: "age" }),
      "context_attribute_not_found",
    ],
    [
      "a project that is not there",
      (client) => client.contextAttributes.list.query({ project: "nope" }),
      "project_not_found",
    ],
  ])("is refused %s", async (_, act, code) => {
    await burgee.segments.create.mutate({ key: "known" });

    expect(await refusalOf(act(burgee))).toMatchObject({ data: { problem: { code } } });
  });

  test("makes a rollout plan, starts it, steers it, and aborts it", async () => {
    await burgee.toggles.create.mutate(cart);

    const { id } = await burgee.rollouts.create.mutate({
      toggle: "cart",
      steps: [
        { share: { type: "percentage", value: 10 }, hold: { type: "approval" } },
        { share: { type: "percentage", value: 50 } },
      ],
      startAt: "2040-01-01T00:00:00Z",
    });
    const seen = async () => ({ id, expectedVersion: (await burgee.rollouts.get.query({ id })).version });
    const statuses = [
      await burgee.rollouts.start.mutate({ ...(await seen()), settingVersion: 1 }),
      await burgee.rollouts.pause.mutate(await seen()),
      await burgee.rollouts.resume.mutate(await seen()),
      await burgee.rollouts.skip.mutate(await seen()),
      await burgee.rollouts.approve.mutate(await seen()),
      await burgee.rollouts.rollBack.mutate({ ...(await seen()), toStep: 0 }),
    ].map(({ status }) => status);
    const refused = await refusalOf(burgee.rollouts.abort.mutate(await seen()));

    expect(statuses).toEqual(["ready", "paused", "ready", "running", "running", "rolled_back"]);
    expect(refused).toMatchObject({ data: { problem: { code: "rollout_ended" } } });
    expect(await burgee.rollouts.list.query({ toggle: "cart" })).toMatchObject([{ id, appliedSteps: 0 }]);
  });

  test("founds a tenant of its own", async () => {
    const tenant = await burgee.tenants.create.mutate({ name: "Globex" });

    expect(tenant).toMatchObject({ name: "Globex", tenantId: expect.any(String) });
  });
});

describe("a refusal over tRPC", () => {
  test("of a stale version carries both states", async () => {
    await burgee.toggles.create.mutate(cart);

    const { data } = await refusalOf(
      burgee.settings.setEnabled.mutate({ toggle: "cart", expectedVersion: 9, enabled: false }),
    );

    expect(data).toMatchObject({
      code: "CONFLICT",
      httpStatus: 409,
      problem: { code: "version_conflict", details: { expectedVersion: 9, current: { version: 1 } } },
    });
  });

  test("of an input says where, and what would be right", async () => {
    const { data, message } = await refusalOf(
      burgee.toggles.create.mutate({
        ...cart,
        rules: [{ condition: "region ==", value: true }],
      }),
    );

    expect(message).toContain("/rules/0/condition");
    expect(data).toMatchObject({
      code: "BAD_REQUEST",
      problem: { code: "invalid_input", errors: [{ pointer: "/rules/0/condition", line: 1, column: 10 }] },
    });
  });

  test.each([
    ["an unknown field", { ...cart, colour: "red" }, "invalid_input"],
    ["a percentage of 101", { ...cart, rollout: { type: "percentage", value: 101 } }, "invalid_input"],
    ["a taken key", cart, "toggle_key_taken"],
    ["JSON nested 1,000 deep", { ...cart, deep: nested(1_000) }, "json_too_deep"],
    ["a body over 1 MiB", { ...cart, description: "x".repeat(1024 * 1024) }, "body_too_large"],
  ])("of %s has the same code as over REST, and changes nothing", async (_, input, code) => {
    await burgee.toggles.create.mutate(cart);
    const before = await burgee.audit.list.query({});

    const answer = await post("toggles.create", input);

    expect(answer.body).toMatchObject({ error: { data: { problem: { code } } } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await burgee.audit.list.query({})).toEqual(before);
  });

  test("of a query nested too deep reads the address as well", async () => {
    const input = encodeURIComponent(JSON.stringify({ key: nested(1_000) }));

    const single = await get(`/trpc/toggles.get?input=${input}`);
    const batch = await get(
      `/trpc/toggles.get?batch=1&input=${encodeURIComponent(JSON.stringify({ 0: { key: nested(1_000) } }))}`,
    );

    expect(single.body).toMatchObject({ error: { data: { problem: { code: "json_too_deep" } } } });
    expect(batch.body).toMatchObject({ error: { data: { problem: { code: "json_too_deep" } } } });
  });

  test("hides what belongs to another tenant", async () => {
    const rival = clientWith((await api.addTenant()).personalKey);
    await burgee.toggles.create.mutate(cart);
    const [key] = await burgee.sdkKeys.list.query();

    const toggle = await refusalOf(rival.toggles.get.query({ key: "cart" }));
    const revoke = await refusalOf(rival.sdkKeys.revoke.mutate({ id: key?.id ?? "" }));

    expect(toggle.data).toMatchObject({ httpStatus: 404, problem: { code: "toggle_not_found" } });
    expect(revoke.data).toMatchObject({ httpStatus: 404, problem: { code: "sdk_key_not_found" } });
  });

  test.each([
    ["a server key", () => acme.serverKey, 403, "forbidden"],
    ["no key of ours", () => "swordfish", 401, "unauthenticated"],
  ])("of %s comes before anything is read", async (_, keyOf, status, code) => {
    const headers = { authorization: `Bearer ${keyOf()}` };
    const client = createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${api.baseUrl}/trpc`, headers })],
    });

    const { data } = await refusalOf(client.projects.list.query());

    expect(data).toMatchObject({ httpStatus: status, problem: { code } });
  });

  test("of a procedure that is not there says so", async () => {
    const answer = await get("/trpc/toggles.nope");

    expect(answer).toMatchObject({
      status: 404,
      body: { error: { data: { problem: { code: "route_not_found" } } } },
    });
  });

  test("of connection parameters that are no JSON says what kind of mistake it was", async () => {
    const answer = await get("/trpc/projects.list?connectionParams=1");

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('"code":"malformed_request"');
  });

  test("keeps changes out of GET", async () => {
    const input = encodeURIComponent(JSON.stringify(cart));

    const answer = await get(`/trpc/toggles.create?input=${input}`);

    expect(answer.status).toBe(405);
    expect((await burgee.toggles.list.query({})).items).toEqual([]);
  });
});

const get = (path: string) => api.request("GET", path, { key: acme.personalKey });
const post = (procedure: string, body: unknown) =>
  api.request("POST", `/trpc/${procedure}`, { key: acme.personalKey, body });

function nested(depth: number): unknown {
  return JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
}
