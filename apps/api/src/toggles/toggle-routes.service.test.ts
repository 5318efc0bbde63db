import { request } from "node:http";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const viewOfSettings = z.looseObject({
  settings: z.array(z.looseObject({ environment: z.string(), version: z.number() })),
});

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

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
});

const checkout = {
  key: "new_checkout_ui",
  default: false,
  rules: [
    { condition: "region == 'IN'", value: true },
    { condition: "userId in ['abc123']", value: true },
  ],
  rollout: { type: "percentage", value: 10 },
};

const create = (body: object = checkout) =>
  api.request("POST", "/v1/toggles", { key: acme.personalKey, body });
const readAsServer = (search: string) =>
  api.request("GET", `/v1/toggles/new_checkout_ui${search}`, { key: acme.serverKey });

test("a setting with all that there is goes in by POST, comes out by GET, and goes back by PUT as it was shown", async () => {
  await create({ key: "base", default: true });
  const body = {
    key: "new_checkout_ui",
    variants: { small: { width: 1 }, large: { width: 2 } },
    valueSchema: { type: "object", properties: { width: { type: "integer" } } },
    default: { width: 1 },
    off: "large",
    prerequisites: [{ toggle: "base", variants: ["on"] }],
    targets: { large: ["ada"] },
    rules: [
      {
        id: "a",
        condition: "plan == 'pro'",
        rollout: { type: "split", weights: { small: 12.5, large: 87.5 } },
      },
      { id: "b", condition: "plan == 'team'", variant: "large", rollout: { type: "percentage", value: 5 } },
    ],
    rollout: { type: "split", weights: { small: 30, large: 70 }, stickiness: "accountId" },
  };

  const created = await create(body);
  await api.publish();

  expect(created).toMatchObject({
    status: 201,
    body: { kind: "json", valueSchema: body.valueSchema, warnings: [] },
  });
  const read = await api.request("GET", "/v1/toggles/new_checkout_ui", { key: acme.personalKey });
  const { settings } = viewOfSettings.parse(read.body);
  const {
    environment: _,
    version: __,
    updatedBy: ___,
    updatedAt: ____,
    ...shown
  } = z
    .looseObject({
      environment: z.unknown(),
      version: z.unknown(),
      updatedBy: z.unknown(),
      updatedAt: z.unknown(),
    })
    .parse(settings[0]);
  expect(shown).toMatchObject({
    default: "small",
    off: "large",
    prerequisites: body.prerequisites,
    targets: body.targets,
    rules: [
      { id: "a", rollout: { type: "split", weights: { small: 12.5, large: 87.5 }, stickiness: "userId" } },
      { id: "b", variant: "large", rollout: { type: "percentage", value: 5 } },
    ],
    rollout: body.rollout,
  });
  expect(await readAsServer("?userId=ada")).toMatchObject({
    body: { value: { width: 2 }, reason: "TARGETING_MATCH" },
  });
  const put = { key: acme.personalKey, headers: { "if-match": '"1"' }, body: shown };
  const answer = await api.request("PUT", "/v1/toggles/new_checkout_ui", put);
  expect(answer).toMatchObject({ status: 200, body: { settings: [{ ...shown, version: 2 }] } });
  const end = { key: acme.personalKey, headers: { "if-match": '"1"' } };
  expect(await api.request("DELETE", "/v1/toggles/base", end)).toMatchObject({
    status: 409,
    body: {
      code: "toggle_in_use",
      details: { usedBy: [{ toggle: "new_checkout_ui", environment: "production" }] },
    },
  });
});

test("a PUT is taken, with a warning of a rule that is never reached", async () => {
  await create();
  const rules = [
    { id: "a", condition: "region in ['IN', 'US']", value: true },
    { id: "b", condition: "region == 'US'", value: true },
  ];

  const answer = await api.request("PUT", "/v1/toggles/new_checkout_ui", {
    key: acme.personalKey,
    headers: { "if-match": '"1"' },
    body: { enabled: true, default: false, rules },
  });

  expect(answer).toMatchObject({
    status: 200,
    body: { warnings: [{ pointer: "/rules/1/condition", code: "shadowed" }] },
  });
});

test("a PATCH is taken, with a warning of what is in vain in the environment that it names", async () => {
  const rules = [{ condition: "region == 'IN' && region == 'US'", value: true }];
  await create({ key: "new_checkout_ui", default: false, rules });
  const patch = (search: string) =>
    api.request("PATCH", `/v1/toggles/new_checkout_ui${search}`, {
      key: acme.personalKey,
      headers: { "if-match": '"1"' },
      body: { description: "The new checkout" },
    });

  expect(await patch("")).toMatchObject({
    status: 200,
    body: { warnings: [{ pointer: "/rules/0/condition", code: "never_matches" }] },
  });
  expect(await patch("?environment=staging&project=web")).toMatchObject({
    status: 200,
    body: { warnings: [] },
  });
});

test("a PATCH changes what a toggle is, in every environment", async () => {
  await create({ key: "new_checkout_ui", variants: { small: 1, large: 2 }, default: "small" });
  const patch = (body: object, headers: Record<string, string> = { "if-match": '"1"' }) =>
    api.request("PATCH", "/v1/toggles/new_checkout_ui", { key: acme.personalKey, headers, body });

  expect(await patch({ variants: { small: 1 } }, {})).toMatchObject({ status: 428 });
  expect(await patch({ variants: { large: 2 } })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: "/variants", code: "variant_in_use" }] },
  });
  expect(await patch({ kind: "json" })).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  const answer = await patch({ variants: { small: 5, large: 2 } });
  await api.publish();

  expect(answer).toMatchObject({
    status: 200,
    body: { variants: { small: 5, large: 2 }, settings: [{}, {}] },
  });
  expect(answer.headers.get("etag")).toBe('"2"');
  expect(await readAsServer("?userId=ada")).toMatchObject({ body: { value: 5 } });
  expect(await patch({ description: "late" })).toMatchObject({
    status: 412,
    body: { code: "version_conflict" },
  });
});

describe("creating a toggle", () => {
  test("answers 201 with where it is, its version and the revision that brings it", async () => {
    const answer = await create();

    expect(answer).toMatchObject({
      status: 201,
      body: {
        key: "new_checkout_ui",
        kind: "boolean",
        environment: "production",
        revision: 2,
        settings: [
          { environment: "production", version: 1, enabled: true },
          { environment: "staging", version: 1, enabled: false },
        ],
      },
    });
    expect(answer.headers.get("location")).toBe("/v1/toggles/new_checkout_ui");
    expect(answer.headers.get("etag")).toBe('"1"');
  });

  test("can name another environment than the key's own", async () => {
    const answer = await api.request("POST", "/v1/toggles?environment=staging", {
      key: acme.personalKey,
      body: checkout,
    });

    expect(answer).toMatchObject({
      status: 201,
      body: { environment: "staging", settings: [{ enabled: false }, { enabled: true }] },
    });
    expect(answer.headers.get("location")).toBe("/v1/toggles/new_checkout_ui?environment=staging");
  });

  test.each(["project", "environment"])(
    "is refused where query and body each name another %s",
    async (name) => {
      const create = (inQuery: string, inBody: string) =>
        api.request("POST", `/v1/toggles?${name}=${inQuery}`, {
          key: acme.personalKey,
          body: { ...checkout, [name]: inBody },
        });
      const own = name === "project" ? "web" : "staging";

      const contradicting = await create(own, "production");
      const agreeing = await create(own, own);

      expect(contradicting).toMatchObject({
        status: 400,
        body: { code: "invalid_input", errors: [{ pointer: `/${name}`, code: "contradiction" }] },
      });
      expect(agreeing.status).toBe(201);
    },
  );
});

describe("reading a toggle", () => {
  test("evaluates the query's attributes for a server key within a second of the change", async () => {
    await create();

    const answer = await eventually(
      async () => {
        const read = await readAsServer("?userId=abc123&appVersion=1.2.3&region=IN");
        expect(read.status).toBe(200);
        return read;
      },
      { timeoutMs: 1_000 },
    );

    expect(answer.body).toEqual({
      key: "new_checkout_ui",
      enabled: true,
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
      ruleId: expect.any(String),
      version: 1,
      revision: 2,
      metadata: { source: "live" },
    });
  });

  test("takes the attributes from a JSON body as well, bare or as a context", async () => {
    await create();
    await api.publish();
    const read = (body: object) => {
      const payload = JSON.stringify(body);
      return getWithBody(`/v1/toggles/new_checkout_ui`, acme.serverKey, payload);
    };

    const bare = await read({ userId: "nobody", region: "IN" });
    const wrapped = await read({ context: { userId: "nobody", region: "IN" } });

    expect(bare).toMatchObject({ status: 200, body: { value: true } });
    expect(wrapped).toMatchObject({ status: 200, body: { value: true } });
  });

  test("answers a person who gives no attributes with the definition, its settings and their version", async () => {
    await create();

    const answer = await api.request("GET", "/v1/toggles/new_checkout_ui", { key: acme.personalKey });

    expect(answer).toMatchObject({
      status: 200,
      body: { environment: "production", variants: { on: true, off: false }, settings: [{}, {}] },
    });
    expect(answer.headers.get("etag")).toBe('"1"');
  });

  test("evaluates for a person who gives attributes, in the environment that they name", async () => {
    await create();
    await api.publish();
    const read = (search: string) =>
      api.request("GET", `/v1/toggles/new_checkout_ui${search}`, { key: acme.personalKey });

    const home = await read("?region=IN");
    const staging = await read("?region=IN&project=web&environment=staging");

    expect(home.body).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
    expect(staging.body).toMatchObject({ value: false, reason: "DISABLED" });
  });

  test("says that a toggle is not there, also for names that every object has", async () => {
    for (const key of ["missing", "constructor", "__proto__"]) {
      const answer = await api.request("GET", `/v1/toggles/${key}?userId=ada`, { key: acme.serverKey });

      expect(answer).toMatchObject({ status: 404, body: { code: "toggle_not_found" } });
    }
  });

  test("refuses to answer from one environment when another is named", async () => {
    await create();
    await api.publish();

    const other = await readAsServer("?userId=ada&environment=staging");
    const own = await readAsServer("?userId=ada&environment=production");

    expect(other).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(own.status).toBe(200);
  });

  test.each(["project=web&project=web", "environment=production&environment=staging"])(
    "takes ?%s for a mistake in the request, and not for another place",
    async (search) => {
      await create();
      await api.publish();

      const answer = await readAsServer(`?userId=ada&${search}`);

      expect(answer).toMatchObject({
        status: 400,
        body: { code: "invalid_input", errors: [{ pointer: `/${search.split("=")[0]}` }] },
      });
    },
  );
});

describe("changing a toggle", () => {
  const put = (headers: Record<string, string>, body: object = { enabled: true, default: true }) =>
    api.request("PUT", "/v1/toggles/new_checkout_ui", { key: acme.personalKey, headers, body });

  test("replaces the setting that the caller has seen", async () => {
    await create();

    const answer = await put({ "if-match": '"1"' }, { default: true, enabled: true });

    expect(answer).toMatchObject({
      status: 200,
      body: { revision: 3, settings: [{ environment: "production", version: 2, default: "on", rules: [] }] },
    });
    expect(answer.headers.get("etag")).toBe('"2"');
  });

  test("takes a setting back as it was shown, and nothing about it changes", async () => {
    await create();
    const { body } = await api.request("GET", "/v1/toggles/new_checkout_ui", { key: acme.personalKey });
    const { environment: _, version, updatedBy, updatedAt, ...shown } = settingIn(body, "production");

    const answer = await put({ "if-match": `"${version}"` }, shown);

    expect(answer.status).toBe(200);
    expect(settingIn(answer.body, "production")).toMatchObject({ ...shown, version: 2 });
  });

  test("turns no toggle on that was off, because nobody said whether it is on", async () => {
    await create({ ...checkout, enabled: false });

    const answer = await put({ "if-match": '"1"' }, { default: false });

    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: "invalid_input",
        errors: [{ pointer: "/enabled", message: "Say whether the toggle is on: true or false." }],
      },
    });
  });

  test("asks for If-Match, so that nobody overwrites unseen", async () => {
    await create();

    const answer = await put({});

    expect(answer).toMatchObject({ status: 428, body: { code: "precondition_required" } });
  });

  test("refuses a stale version, and shows the one that stands", async () => {
    await create();
    await put({ "if-match": '"1"' });

    const answer = await put({ "if-match": '"1"' }, { enabled: true, default: false });

    expect(answer).toMatchObject({
      status: 412,
      body: {
        code: "version_conflict",
        details: {
          expectedVersion: 1,
          current: { environment: "production", version: 2, default: "on" },
        },
      },
    });
  });

  test.each(["*", 'W/"1"', '"1", "2"', "1", '"0"'])(
    "refuses If-Match: %s, which names no one version",
    async (tag) => {
      await create();

      const answer = await put({ "if-match": tag });

      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: "invalid_if_match" }] } });
    },
  );

  test("archives: servers no longer know the toggle, and it no longer changes", async () => {
    await create();
    const archived = await api.request("DELETE", "/v1/toggles/new_checkout_ui", {
      key: acme.personalKey,
      headers: { "if-match": '"1"' },
    });
    await api.publish();

    const read = await readAsServer("?userId=ada");
    const changed = await put({ "if-match": '"2"' });

    expect(archived).toMatchObject({ status: 200, body: { archived: true } });
    expect(read).toMatchObject({ status: 404, body: { code: "toggle_not_found" } });
    expect(changed).toMatchObject({ status: 409, body: { code: "toggle_archived" } });
  });
});

describe("listing toggles", () => {
  test("answers pages in key order, each linked to the next", async () => {
    for (const key of ["b", "a", "c"]) await create({ key, default: true });

    const first = await api.request("GET", "/v1/toggles?limit=2", { key: acme.personalKey });
    const link = /<(.+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1];
    const second = await api.request("GET", link ?? "", { key: acme.personalKey });

    expect(first.body).toMatchObject({ items: [{ key: "a" }, { key: "b" }], nextCursor: "b" });
    expect(second.body).toMatchObject({ items: [{ key: "c" }], nextCursor: null });
    expect(second.headers.get("link")).toBeNull();
  });
});

/** fetch sends no body with GET; programs such as curl do. */
function getWithBody(path: string, key: string, payload: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(payload),
    };
    request(`${api.baseUrl}${path}`, { method: "GET", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    })
      .on("error", reject)
      .end(payload);
  });
}

/** A toggle's setting in one environment, as an answer shows it. */
function settingIn(
  body: unknown,
  environment: string,
): { environment: string; version: number } & Record<string, unknown> {
  const found = viewOfSettings.parse(body).settings.find((each) => each.environment === environment);
  if (!found) throw new Error(`There is no setting for ${environment}.`);
  return found;
}
