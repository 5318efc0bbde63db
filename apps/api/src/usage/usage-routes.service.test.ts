import { randomUUID } from "node:crypto";
import { createDatabase, openLine, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let admin: pg.Client;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});
beforeEach(async () => {
  acme = await api.addTenant();
  for (const key of ["cart", "search"]) {
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key, default: false } });
  }
});
afterAll(async () => {
  await admin.end();
  await api.close();
  await database.drop();
});

const send = (body: unknown, key = acme.serverKey) => api.request("POST", "/v1/events", { key, body });

describe("POST /v1/events", () => {
  test("stores counts, events and unknown keys before it answers", async () => {
    const batch = batchWith({
      applied: {
        version: "e1.7",
        at: "2026-01-31T12:00:00Z",
        traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      },
      counts: [
        { toggle: "cart", variant: "on", version: 3, count: 5 },
        { toggle: "cart", variant: null, version: null, count: 2 },
      ],
      events: [{ name: "bought", at: "2026-01-31T12:00:00.5+01:00", context: { userId: "ada" }, value: 9.5 }],
      unknownKeys: [{ key: "crat", count: 4 }],
      dropped: { evaluations: 6, events: 1 },
    });

    const answer = await send(batch);

    expect(answer).toMatchObject({ status: 202, body: { batchId: batch.batchId, status: "stored" } });
    expect(await counted()).toEqual(["cart//0 2", "cart/on/3 5"]);
    expect(await unknown()).toEqual(["crat 4"]);
    expect(
      await rows("select name, identifier, context, value, happened_at from burgee.event_intake"),
    ).toEqual([
      {
        name: "bought",
        identifier: "ada",
        context: {},
        value: 9.5,
        happened_at: new Date("2026-01-31T11:00:00.500Z"),
      },
    ]);
    expect(
      await rows("select applied_version, dropped_evaluations, dropped_events from burgee.usage_batches"),
    ).toEqual([{ applied_version: "e1.7", dropped_evaluations: "6", dropped_events: "1" }]);
  });

  test("counts a batch once, however often it comes, and at the same time too", async () => {
    const batch = batchWith({
      counts: [{ toggle: "cart", variant: "on", version: 1, count: 5 }],
      events: [{ name: "bought", at: "2026-01-31T12:00:00Z" }],
      unknownKeys: [{ key: "crat", count: 1 }],
    });

    const answers = await Promise.all([1, 2, 3, 4].map(() => send(batch)));
    const later = await send(batch);

    expect(answers.map(({ body }) => body).toSorted(byStatus)).toMatchObject([
      { status: "known" },
      { status: "known" },
      { status: "known" },
      { status: "stored" },
    ]);
    expect(later).toMatchObject({ status: 202, body: { status: "known" } });
    expect([await counted(), await unknown()]).toEqual([["cart/on/1 5"], ["crat 1"]]);
    expect(await rows("select name from burgee.event_intake")).toHaveLength(1);
  });

  test("takes another tenant's batch of the same id for another one", async () => {
    const other = await api.addTenant();
    await api.request("POST", "/v1/toggles", {
      key: other.personalKey,
      body: { key: "cart", default: false },
    });
    const batch = batchWith({ counts: [{ toggle: "cart", variant: "on", version: 1, count: 5 }] });

    const theirs = await send(batch, other.serverKey);
    const ours = await send({ ...batch, counts: [{ toggle: "cart", variant: "on", version: 1, count: 7 }] });

    expect([theirs.body, ours.body]).toMatchObject([{ status: "stored" }, { status: "stored" }]);
    expect([await counted(), await counted(other)]).toEqual([["cart/on/1 7"], ["cart/on/1 5"]]);
  });

  test("adds up what many processes count, whatever order they tell it in", async () => {
    const counts = ["cart", "search"].map((toggle) => ({ toggle, variant: "on", version: 1, count: 1 }));

    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        send(batchWith({ counts: at % 2 ? counts : counts.toReversed() })),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(202));
    expect(await counted()).toEqual(["cart/on/1 16", "search/on/1 16"]);
  });

  test("takes a counted toggle that the project does not have for an unknown key", async () => {
    await send(batchWith({ counts: [{ toggle: "gone", variant: "on", version: 1, count: 3 }] }));

    expect([await counted(), await unknown()]).toEqual([[], ["gone 3"]]);
  });

  test("takes an archived toggle, which SDKs do not know any more, for an unknown key", async () => {
    await api.request("DELETE", "/v1/toggles/cart", {
      key: acme.personalKey,
      headers: { "if-match": '"1"' },
    });

    await send(batchWith({ unknownKeys: [{ key: "cart", count: 3 }] }));

    expect([await counted(), await unknown()]).toEqual([[], ["cart 3"]]);
  });

  test("keeps a thousand unknown keys of a day apart, and counts the others as one", async () => {
    const keys = Array.from({ length: 1_050 }, (_, at) => ({
      key: `k${String(at).padStart(4, "0")}`,
      count: 1,
    }));
    for (let at = 0; at < keys.length; at += 100) {
      await send(batchWith({ unknownKeys: keys.slice(at, at + 100) }));
    }
    await send(batchWith({ unknownKeys: [{ key: "k0000", count: 4 }] }));

    const kept = await unknown();
    expect(kept).toHaveLength(1_001);
    expect(kept).toEqual(expect.arrayContaining([" 50", "k0000 5", "k0999 1"]));
  });

  test.each([
    ["no batch id", { batchId: undefined }, "/batchId"],
    ["a batch id that is no UUID", { batchId: "1" }, "/batchId"],
    ["a field that it does not know", { more: 1 }, ""],
    [
      "a count of none",
      { counts: [{ toggle: "cart", variant: "on", version: 1, count: 0 }] },
      "/counts/0/count",
    ],
    [
      "half a count",
      { counts: [{ toggle: "cart", variant: "on", version: 1, count: 0.5 }] },
      "/counts/0/count",
    ],
    [
      "a count past all counting",
      { counts: [{ toggle: "cart", variant: "on", version: 1, count: 1e300 }] },
      "/counts/0/count",
    ],
    [
      "more counts than its bound",
      { counts: Array(1_001).fill({ toggle: "cart", variant: "on", version: 1, count: 1 }) },
      "/counts",
    ],
    [
      "more events than its bound",
      { events: Array(501).fill({ name: "x", at: "2026-01-31T12:00:00Z" }) },
      "/events",
    ],
    [
      "more unknown keys than its bound",
      { unknownKeys: Array(101).fill({ key: "x", count: 1 }) },
      "/unknownKeys",
    ],
    ["a key with NUL", { unknownKeys: [{ key: "a\0b", count: 1 }] }, "/unknownKeys/0/key"],
    [
      "a context with NUL",
      { events: [{ name: "x", at: "2026-01-31T12:00:00Z", context: { a: "\0" } }] },
      "/events/0/context",
    ],
    [
      "half a surrogate pair in a name of a context",
      { events: [{ name: "x", at: "2026-01-31T12:00:00Z", context: { "\ud800": 1 } }] },
      "/events/0/context",
    ],
    [
      "a context beyond its bound",
      { events: [{ name: "x", at: "2026-01-31T12:00:00Z", context: { a: "x".repeat(8_192) } }] },
      "/events/0/context",
    ],
    ["a time of no calendar", { events: [{ name: "x", at: "0000-01-31T12:00:00Z" }] }, "/events/0/at"],
    [
      "a trace that is none",
      { applied: { version: "e1.1", at: "2026-01-31T12:00:00Z", traceparent: "x" } },
      "/applied/traceparent",
    ],
  ])("refuses %s, and stores nothing of the rest", async (_, change, pointer) => {
    const good = batchWith({ counts: [{ toggle: "cart", variant: "on", version: 1, count: 1 }] });

    const { status, body } = await send({ ...good, ...change });

    expect({ status, body }).toMatchObject({ status: 400, body: { code: "invalid_input" } });
    expect(JSON.stringify(body)).toContain(`"pointer":"${pointer}`);
    expect([await counted(), await rows("select 1 from burgee.usage_batches")]).toEqual([[], []]);
  });

  test("takes escapes in a context that only look like what Postgres does not keep", async () => {
    await record({ path: "string", face: "string" });
    const events = [{ name: "x", at: "2026-01-31T12:00:00Z", context: { path: "\\u0000", face: "🙂" } }];

    expect(await send(batchWith({ events }))).toMatchObject({ status: 202 });
    expect(await rows("select context from burgee.event_intake")).toEqual([{ context: events[0]?.context }]);
  });

  test("refuses a body of more than a mebibyte", async () => {
    const answer = await send(batchWith({ sdk: { name: "x".repeat(1024 * 1024), version: "1" } }));

    expect(answer).toMatchObject({ status: 413 });
  });

  test.each([
    ["a personal key", () => acme.personalKey, 403],
    ["a client key", () => acme.clientKey, 403],
    ["no key of ours", () => "bg_srv_x", 401],
  ])("takes nothing by %s", async (_, key, status) => {
    expect(await send(batchWith(), key())).toMatchObject({ status });
  });

  test("answers 503 while the database is away, so that the SDK sends the batch again", async () => {
    const line = await openLine();
    const { url, appUrl, systemUrl } = database;
    const urls = { url: line.through(url), appUrl: line.through(appUrl), systemUrl: line.through(systemUrl) };
    const node = await startApi(urls);
    const batch = batchWith({ counts: [{ toggle: "cart", variant: "on", version: 1, count: 5 }] });
    await node.request("GET", "/v1/ruleset", { key: acme.serverKey });
    line.cut();

    const refused = await node.request("POST", "/v1/events", { key: acme.serverKey, body: batch });
    await node.close();
    await line.close();
    const taken = await send(batch);

    expect([refused.status, taken.status]).toEqual([503, 202]);
    expect(await counted()).toEqual(["cart/on/1 5"]);
  });
});

describe("of an event's context", () => {
  test.each<[string, object, object, string | null, number]>([
    ["what is declared as recorded is kept", { plan: "pro" }, { plan: "pro" }, null, 0],
    [
      "nothing else is kept, and that is counted",
      { plan: "pro", email: "a@b.c", name: "Ada" },
      { plan: "pro" },
      null,
      2,
    ],
    ["what is declared and not recorded is not kept", { region: "IN" }, {}, null, 1],
    [
      "a value of another type than was declared is not kept",
      { plan: { email: "a@b.c" }, seats: "two" },
      {},
      null,
      2,
    ],
    ["identifiers stand apart", { userId: "ada", plan: "pro" }, { plan: "pro" }, "ada", 0],
    [
      "targetingKey goes before userId, and both go apart",
      { userId: "ada", targetingKey: "bo" },
      {},
      "bo",
      0,
    ],
    ["names that every object has are nobody's", { constructor: "x" }, {}, null, 1],
  ])("%s", async (_, context, kept, identifier, dropped) => {
    await record({ plan: "string", seats: "number" });
    await declare({ name: "region", type: "string" });

    await send(batchWith({ events: [{ name: "x", at: "2026-01-31T12:00:00Z", context }] }));

    expect(await rows("select context, identifier from burgee.event_intake")).toEqual([
      { context: kept, identifier },
    ]);
    const lost = await rows("select kind, count from burgee.usage_drops");
    expect(lost).toEqual(dropped === 0 ? [] : [{ kind: "attributes", count: String(dropped) }]);
  });

  test.each(["userId", "targetingKey"])("%s can't be declared as recorded", async (name) => {
    const answer = await declare({ name, type: "string", isRecorded: true });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain("pseudonym");
  });
});

describe("who may read toggles is told", () => {
  test("how often SDKs evaluated one, by variant and hour, and when last", async () => {
    const counts = [
      { toggle: "cart", variant: "on", version: 3, count: 5 },
      { toggle: "cart", variant: "on", version: 4, count: 1 },
      { toggle: "cart", variant: null, version: null, count: 2 },
      { toggle: "search", variant: "on", version: 1, count: 9 },
    ];
    await send(batchWith({ counts }));

    const { status, body } = await ask("toggles.usage", { key: "cart" });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: {
        data: {
          key: "cart",
          environment: "production",
          lastEvaluatedHour: expect.stringMatching(/:00:00.000Z$/),
          variants: [
            { variant: "on", count: 6 },
            { variant: null, count: 2 },
          ],
          hours: expect.arrayContaining([{ hour: expect.any(String), variant: "on", count: 6 }]),
          isCut: false,
        },
      },
    });
  });

  test("nothing of hours before or after, of other environments, and of more than 31 days", async () => {
    await send(batchWith({ counts: [{ toggle: "cart", variant: "on", version: 3, count: 5 }] }));
    const nothing = { result: { data: { variants: [], hours: [] } } };

    const before = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };
    expect((await ask("toggles.usage", { key: "cart", ...before })).body).toMatchObject(nothing);
    expect((await ask("toggles.usage", { key: "cart", environment: "staging" })).body).toMatchObject(nothing);
    const long = { from: "2026-01-01T00:00:00Z", to: "2026-03-01T00:00:00Z" };
    expect((await ask("toggles.usage", { key: "cart", ...long })).status).toBe(400);
  });

  test("which revision the environment's SDKs have, and what was dropped", async () => {
    await api.publish();
    const { body: ruleset } = await api.request("GET", "/v1/ruleset", { key: acme.serverKey });
    const { epoch, revision } = ruleset as { epoch: string; revision: number };
    const at = "2026-01-31T12:00:00Z";
    await send(batchWith({ applied: { version: `${epoch}.${revision}`, at } }));
    await send(batchWith({ applied: { version: `${epoch}.1`, at }, dropped: { evaluations: 6, events: 1 } }));

    const { status, body } = await ask("environments.delivery", {});

    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: {
        data: {
          environment: "production",
          published: { epoch, revision },
          sdks: [
            {
              applied: `${epoch}.1`,
              isCurrent: false,
              batches: 1,
              sdk: { name: "js-server", version: "0.1.0" },
            },
            { applied: `${epoch}.${revision}`, isCurrent: true, batches: 1 },
          ],
          dropped: { evaluations: 6, events: 1, attributes: 0, lateEvents: 0 },
        },
      },
    });
  });

  function ask(procedure: string, input: object) {
    const asked = encodeURIComponent(JSON.stringify({ project: "web", environment: "production", ...input }));
    return api.request("GET", `/trpc/${procedure}?input=${asked}`, { key: acme.personalKey });
  }
});

const SENDERS = 16;

describe("with three of ten answers lost, and batches sent until one arrives", () => {
  test("counts are what an oracle counts, and what was sent is stored, dropped, or not sent yet", async () => {
    const random = seeded(Number(process.env.BURGEE_LOSS_SEED ?? 1));
    const oracle = { counts: new Map<string, number>(), events: 0, dropped: 0 };
    const batches = Array.from({ length: Number(process.env.BURGEE_LOSS_BATCHES ?? 60) }, () => {
      const count = 1 + Math.floor(random() * 9);
      const toggle = random() < 0.5 ? "cart" : "search";
      const events = Array.from({ length: Math.floor(random() * 4) }, () => ({
        name: "bought",
        at: "2026-01-31T12:00:00Z",
        context: { userId: `u${Math.floor(random() * 20)}` },
      }));
      const lost = Math.floor(random() * 3);
      oracle.counts.set(toggle, (oracle.counts.get(toggle) ?? 0) + count);
      oracle.events += events.length;
      oracle.dropped += lost;
      return batchWith({
        counts: [{ toggle, variant: "on", version: 1, count }],
        events,
        dropped: { evaluations: lost, events: 0 },
      });
    });
    let sent = 0;

    const waiting = [...batches];
    const sendAll = async () => {
      for (let batch = waiting.pop(); batch; batch = waiting.pop()) {
        let isHeard = false;
        while (!isHeard) {
          sent += 1;
          const { status } = await send(batch);
          isHeard = status === 202 && random() >= 0.3;
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sendAll));

    expect(sent).toBeGreaterThan(batches.length);
    expect(await counted()).toEqual(
      [...oracle.counts].map(([key, count]) => `${key}/on/1 ${count}`).toSorted(),
    );
    expect(await rows("select 1 from burgee.event_intake")).toHaveLength(oracle.events);
    expect(await rows("select kind, count from burgee.usage_drops")).toEqual([
      { kind: "evaluations", count: String(oracle.dropped) },
    ]);
  });

  /** mulberry32: the same draws for the same seed. */
  function seeded(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }
});

/** Attributes that the project records, by their types. */
async function record(types: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, type] of Object.entries(types)) await declare({ name, type, isRecorded: true });
}

function declare(input: object) {
  return api.request("POST", "/trpc/contextAttributes.set", {
    key: acme.personalKey,
    body: { project: "web", ...input },
  });
}

function batchWith(parts: object = {}) {
  return {
    batchId: randomUUID(),
    sdk: { name: "js-server", version: "0.1.0" },
    applied: null,
    counts: [],
    events: [],
    unknownKeys: [],
    ...parts,
  };
}

function byStatus(one: unknown, other: unknown): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other));
}

/** `<toggle>/<variant>/<version> <count>` of a tenant. */
async function counted(tenant = acme): Promise<readonly string[]> {
  const found = await rows<{ told: string }>(
    `select key || '/' || variant || '/' || version || ' ' || count as told
       from burgee.toggle_usage join burgee.toggles using (tenant_id, toggle_id)`,
    tenant,
  );
  return found.map(({ told }) => told).toSorted();
}

async function unknown(): Promise<readonly string[]> {
  const found = await rows<{ told: string }>(
    "select toggle_key || ' ' || count as told from burgee.unknown_toggle_usage",
  );
  return found.map(({ told }) => told).toSorted();
}

/** Of one tenant, by a role that sees all. */
async function rows<Row>(query: string, { caller } = acme): Promise<readonly Row[]> {
  const found = await admin.query(`${query} where tenant_id = $1`, [caller.person.tenantId]);
  return found.rows;
}
