import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStream, type TestStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestMember, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
let viewer: TestMember;
const streams: TestStream[] = [];

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { watchLimits: { pollMs: 20, recheckMs: 50 } });
  acme = await api.addTenant();
  viewer = await acme.addMember("viewer");
  await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("tells whoever reads toggles that somebody changed one, and nothing of what it holds", async () => {
  const stream = await watch(viewer.key);

  await call(acme.personalKey, "settings.setEnabled", {
    ...{ project: "web", environment: "production", toggle: "cart" },
    ...{ enabled: false, expectedVersion: 1 },
  });

  const [change] = await eventually(() => told(stream, 1));
  expect(change).toEqual({
    type: "change",
    seq: expect.any(Number),
    at: expect.any(String),
    actor: expect.stringMatching(/^user:/),
    actorName: expect.any(String),
    action: "toggle.disabled",
    objectKind: "toggle",
    objectKey: "cart",
    environment: "production",
    revision: expect.any(Number),
  });
});

test("tells of keys only those who read the audit trail, and nobody of another tenant's anything", async () => {
  const [ofViewer, ofOwner] = [await watch(viewer.key), await watch(acme.personalKey)];
  const elsewhere = await api.addTenant();
  const ofStranger = await watch(elsewhere.personalKey);
  const place = { project: "web", environment: "staging" };

  await call(acme.personalKey, "sdkKeys.issue", { ...place, kind: "srv", name: "Shop" });
  await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "menu", default: true } });

  const kinds = async (stream: TestStream, count: number) =>
    (await eventually(() => told(stream, count))).map(({ objectKind }) => objectKind);
  expect(await kinds(ofOwner, 2)).toEqual(["sdk-key", "toggle"]);
  expect(await kinds(ofViewer, 1)).toEqual(["toggle"]);
  expect(news(ofStranger)).toMatchObject([{ type: "from" }]);
});

test("goes on after what was heard last, and says so where that is too long ago", async () => {
  const first = await watch(acme.personalKey);
  const { seq } = (await eventually(() => news(first)[0])) ?? { seq: 0 };
  await create("one");
  await create("two");

  const [next] = await eventually(() => told(first, 2));
  const resumed = await watch(acme.personalKey, String(next?.seq));
  const missed = await watch(acme.personalKey, String(Math.max(0, seq - 3)));

  expect(await eventually(() => told(resumed, 1))).toMatchObject([{ objectKey: "two" }]);
  expect((await eventually(() => news(missed)[1])) ?? {}).toMatchObject({ type: "missed" });
});

test("ends for who may not hear of it any more", async () => {
  const leaver = await acme.addMember("viewer");
  const stream = await watch(leaver.key);

  await call(acme.personalKey, "members.remove", { userId: leaver.userId });

  await eventually(() => expect(stream.isClosed()).toBe(true), { timeoutMs: 8_000 });
});

async function watch(key: string, after?: string): Promise<TestStream> {
  const input = encodeURIComponent(JSON.stringify({ project: "web" }));
  const stream = await openStream(`${api.baseUrl}/trpc/live.changes?input=${input}`, {
    authorization: `Bearer ${key}`,
    ...(after !== undefined && { "last-event-id": after }),
  });
  streams.push(stream);
  await eventually(() => expect(news(stream).length).toBeGreaterThan(0));
  return stream;
}

interface News {
  readonly type: string;
  readonly seq: number;
  readonly objectKind?: string;
  readonly objectKey?: string;
}

function news({ events }: TestStream): readonly News[] {
  return events.flatMap(({ data }): readonly News[] => (data.includes('"seq"') ? [JSON.parse(data)] : []));
}

/** The changes that came, once there are as many. */
function told(stream: TestStream, count: number): readonly News[] {
  const changes = news(stream).filter(({ type }) => type === "change");
  expect(changes.length).toBeGreaterThanOrEqual(count);
  return changes;
}

async function call(key: string, procedure: string, body: object): Promise<void> {
  expect(await api.request("POST", `/trpc/${procedure}`, { key, body })).toMatchObject({ status: 200 });
}

function create(key: string) {
  return api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key, default: true } });
}
