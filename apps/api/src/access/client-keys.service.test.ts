import { createHash } from "node:crypto";
import { createSegment } from "@burgee/core";
import { createDatabase, eventually, openLine, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStream, type TestStream } from "../../test/open-stream.ts";
import { startApi, type TestAnswer, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
const streams: TestStream[] = [];

/** What a ruleset holds and a client must never see, each in a place of its own. */
const SECRETS = [
  "canary-rule",
  "canary-literal",
  "canary-target",
  "canary-segment",
  "canary-member",
  "canary_attribute",
  "canary-unserved",
];
const ORIGIN = "https://shop.example";

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
  await createSegment(acme.caller, {
    project: "web",
    key: "canary-segment",
    description: "",
    include: ["canary-member"],
    exclude: [],
    condition: null,
    stickiness: "userId",
  });
  const made = await api.request("POST", "/v1/toggles", {
    key: acme.personalKey,
    body: {
      key: "checkout",
      variants: { plain: "plain", fancy: "fancy", hidden: "canary-unserved" },
      default: "plain",
      targets: { hidden: ["canary-target"] },
      rules: [
        {
          id: "canary-rule",
          condition: "segment('canary-segment') && plan == 'canary-literal'",
          variant: "hidden",
        },
        {
          id: "by-bucket",
          condition: "plan == 'pro'",
          variant: "fancy",
          rollout: { type: "percentage", value: 100 },
        },
      ],
      rollout: {
        type: "percentage",
        value: 1,
        variant: "hidden",
        stickiness: "canary_attribute",
      },
    },
  });
  expect(made.status, made.text).toBe(201);
  await api.publish();
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const ask = (method: string, path: string, key: string, more: object = {}) =>
  api.request(method, path, { key, ...more });
const evaluate = (key: string, context: object = { plan: "pro", userId: "ada" }, more: object = {}) =>
  ask("POST", "/v1/evaluate", key, { body: { context }, ...more });

describe("what a key sees", () => {
  test("is values and no rules, where it is a client's", async () => {
    expect(await evaluate(acme.clientKey)).toMatchObject({
      status: 200,
      body: {
        epoch: expect.any(String),
        revision: 3,
        evaluations: [
          {
            key: "checkout",
            enabled: true,
            value: "fancy",
            variant: "fancy",
            reason: "SPLIT",
            metadata: { source: "live" },
          },
        ],
      },
    });
  });

  test("differs by kind in just what is a secret of the ruleset", async () => {
    const client = await evaluate(acme.clientKey);
    const server = await evaluate(acme.serverKey);

    expect(fieldsOf(client)).toEqual([
      "enabled",
      "epoch",
      "evaluations",
      "key",
      "metadata",
      "reason",
      "revision",
      "source",
      "value",
      "variant",
    ]);
    expect(fieldsOf(server).filter((field) => !fieldsOf(client).includes(field))).toEqual([
      "ruleId",
      "version",
    ]);
  });

  test("is none of the secrets, whatever a client asks for", async () => {
    const ruleset = await ask("GET", "/v1/ruleset", acme.serverKey);
    const salts = [...ruleset.text.matchAll(/"salt":"([^"]+)"/g)].map(([, salt = ""]) => salt);
    const answers: TestAnswer[] = [];
    for (const path of [
      "/v1/ruleset",
      `/v1/segments/${"a".repeat(64)}`,
      "/v1/toggles",
      "/v1/toggles/checkout",
      "/v1/toggles/checkout?plan=pro&explain=true",
      "/v1/projects/web/segment-lists/x",
      "/trpc/toggles.get?input=%7B%22key%22%3A%22checkout%22%7D",
    ]) {
      const answer = await ask("GET", path, acme.clientKey);
      expect(answer, path).toMatchObject({ status: 403 });
      answers.push(answer);
    }
    answers.push(await ask("POST", "/v1/evaluate?explain=true", acme.clientKey, { body: { context: {} } }));
    for (const context of [{}, { plan: "pro" }, { plan: 1 }, { plan: [] }]) {
      answers.push(await evaluate(acme.clientKey, context), await cached(acme.clientKey, context));
    }
    const stream = await follow(acme.clientKey);
    await eventually(() => expect(stream.events.length).toBeGreaterThan(1));

    const told = answers.map(({ text }) => text).join() + JSON.stringify(stream.events);
    expect(salts.length).toBeGreaterThan(0);
    for (const secret of [...SECRETS, ...salts]) {
      expect(ruleset.text, `${secret} is in the ruleset`).toContain(secret);
      expect(told, `${secret} is told to no client`).not.toContain(secret);
    }
  });

  test.each(["/v1/ruleset", `/v1/segments/${"a".repeat(64)}`])(
    "is not %s, and it hears why",
    async (path) => {
      expect(await ask("GET", path, acme.clientKey)).toMatchObject({
        status: 403,
        body: {
          code: "forbidden",
          detail: expect.stringMatching(/needs a server key.*POST \/v1\/evaluate/),
          details: { neededKind: "srv" },
        },
      });
    },
  );

  test("is no explanation, which would show the rules", async () => {
    const answer = await ask("POST", "/v1/evaluate?explain=true", acme.clientKey, { body: { context: {} } });

    expect(answer).toMatchObject({ status: 403, body: { details: { neededKind: "srv" } } });
  });
});

describe("an answer that its address names", () => {
  test("is the same as the one that is posted for, and may be kept by caches for a minute", async () => {
    const answer = await cached(acme.clientKey, { plan: "pro", userId: "ada" });

    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual((await evaluate(acme.clientKey)).body);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=60, immutable");
    expect(answer.headers.get("vary")).toContain("Origin");
  });

  test("names its revision and its environment's epoch, so that a cache can be told to let go of it", async () => {
    const { headers, body } = await cached(acme.clientKey, { plan: "pro" });

    const { epoch, revision } = body as { epoch: string; revision: number };
    expect(headers.get("surrogate-key")).toBe(`${epoch} ${epoch}.${revision}`);
    expect(headers.get("cache-tag")).toBe(`${epoch},${epoch}.${revision}`);
  });

  test("is refused where the hash is another text's", async () => {
    const answer = await cached(acme.clientKey, { plan: "pro" }, { hashed: { plan: "free" } });

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/contextHash" }] } });
  });

  test("is not that of another revision: a later one is waited for, an earlier one has a successor", async () => {
    const later = await cached(acme.clientKey, {}, { raise: 1 });
    const earlier = await cached(acme.clientKey, {}, { raise: -1 });

    expect(later).toMatchObject({ status: 503, body: { code: "ruleset_not_ready" } });
    expect(earlier).toMatchObject({
      status: 409,
      body: { code: "revision_superseded", details: { epoch: expect.any(String), revision: 3 } },
    });
    expect(earlier.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["an address too long to keep", { userId: "x".repeat(5_000) }],
    ["what is no context", []],
  ])("is refused for %s", async (_, context) => {
    expect(await cached(acme.clientKey, context)).toMatchObject({ status: 400 });
  });

  test("is for clients alone, since the others see more", async () => {
    expect(await cached(acme.serverKey, {})).toMatchObject({
      status: 403,
      body: { details: { neededKind: "cli" } },
    });
  });
});

describe("a client's stream", () => {
  test("tells that there is a newer revision, and not what changed", async () => {
    const stream = await follow(acme.clientKey);
    const news = () => stream.events.filter(({ type }) => type !== "comment");
    await eventually(() => expect(news()).toHaveLength(1));
    const { epoch, revision } = JSON.parse(news()[0]?.data ?? "") as { epoch: string; revision: number };

    await api.request("POST", "/v1/toggles", {
      key: acme.personalKey,
      body: { key: "later", default: true },
    });
    await eventually(() => expect(news()).toHaveLength(2));

    expect(news()[1]).toEqual({
      type: "change",
      id: `${epoch}.${revision + 1}`,
      data: JSON.stringify({ epoch, revision: revision + 1 }),
    });
    await eventually(async () =>
      expect((await evaluate(acme.clientKey)).body).toMatchObject({ revision: revision + 1 }),
    );
  });

  test("says nothing to who has the latest", async () => {
    const first = await follow(acme.clientKey);
    await eventually(() => expect(first.events).toHaveLength(2));

    const again = await follow(acme.clientKey, first.events[1]?.id);
    await eventually(() => expect(again.events).toHaveLength(1));

    expect(again.events[0]?.type).toBe("comment");
  });
});

describe("whose pages may use a client key", () => {
  const from = (origin: string, key = acme.clientKey) => evaluate(key, {}, { headers: { origin } });

  test("are those of its origins, whose browsers may read the answer", async () => {
    const answer = await from(ORIGIN);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(answer.headers.get("access-control-expose-headers")).toContain("retry-after");
    expect(answer.headers.get("vary")).toContain("Origin");
  });

  test("may read a refusal as well", async () => {
    const answer = await evaluate(acme.clientKey, [], { headers: { origin: ORIGIN } });

    expect(answer.status).toBe(400);
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  });

  test.each([
    "https://evil.example",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.example",
    "https://SHOP.example",
    "null",
    "",
  ])("are not those of %j", async (origin) => {
    const answer = await from(origin);

    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("are not asked where there is no page: an app sends no Origin", async () => {
    const answer = await evaluate(acme.clientKey, {});

    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test.each(["serverKey", "personalKey"] as const)(
    "are none where it is a %s, which no page should have",
    async (kind) => {
      const answer = await from(ORIGIN, acme[kind]);

      expect(answer.status).toBe(200);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("may stream", async () => {
    const stream = await openStream(`${api.baseUrl}/v1/stream`, {
      "x-api-key": acme.clientKey,
      origin: ORIGIN,
    });
    streams.push(stream);

    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "content-type": "text/event-stream",
    });
  });

  test.each([
    ["/v1/evaluate", "POST"],
    ["/v1/evaluate/e.1/hash", "GET"],
    ["/v1/stream", "GET"],
  ])("ask beforehand at %s, without their key", async (path, method) => {
    const answer = await api.request("OPTIONS", path, {
      headers: { origin: ORIGIN, "access-control-request-method": method },
    });

    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(answer.headers.get("access-control-allow-methods")).toBe(method);
    expect(answer.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test.each(["/v1/ruleset", "/v1/toggles", "/v1/toggles/checkout"])("get no leave for %s", async (path) => {
    const answer = await api.request("OPTIONS", path, {
      headers: { origin: ORIGIN, "access-control-request-method": "GET" },
    });

    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

test("while the database is away, a client key that is known works on, and another is asked to come back", async () => {
  const line = await openLine();
  const { url, appUrl, systemUrl } = database;
  const urls = { url: line.through(url), appUrl: line.through(appUrl), systemUrl: line.through(systemUrl) };
  const node = await startApi(urls);
  const other = await api.addTenant();
  const asked = (key: string) => node.request("POST", "/v1/evaluate", { key, body: { context: {} } });
  expect(await asked(acme.clientKey)).toMatchObject({ status: 200 });

  line.cut();

  expect(await asked(acme.clientKey)).toMatchObject({ status: 200 });
  const unknown = await asked(other.clientKey);
  expect(unknown).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(unknown.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  await node.close();
  await line.close();
});

/** The answer by its address. */
async function cached(
  key: string,
  context: unknown,
  { hashed = context, raise = 0 }: { readonly hashed?: unknown; readonly raise?: number } = {},
): Promise<TestAnswer> {
  const { body } = await evaluate(key);
  const { epoch, revision } = body as { epoch: string; revision: number };
  const hash = createHash("sha256").update(JSON.stringify(hashed)).digest("base64url");
  const search = new URLSearchParams({ context: JSON.stringify(context) });
  return ask("GET", `/v1/evaluate/${epoch}.${revision + raise}/${hash}?${search}`, key);
}

async function follow(key: string, lastEventId?: string): Promise<TestStream> {
  const headers = { "x-api-key": key, ...(lastEventId && { "last-event-id": lastEventId }) };
  const stream = await openStream(`${api.baseUrl}/v1/stream`, headers);
  streams.push(stream);
  return stream;
}

/** Every name of a field, however deep, once. */
function fieldsOf({ body }: TestAnswer): readonly string[] {
  const names = new Set<string>();
  JSON.stringify(body, (name, value: unknown) => {
    if (name !== "" && !/^\d+$/.test(name)) names.add(name);
    return value;
  });
  return [...names].sort();
}
