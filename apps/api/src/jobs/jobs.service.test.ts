import { createJobRunner, verifyAudit } from "@burgee/core";
import type { HeldJob, JobId } from "@burgee/db";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, TRPCClientError } from "@trpc/client";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { dataOf } from "../../test/open-browser.ts";
import { openStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestMember, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "../trpc/app-router.ts";

const NEVER = new AbortController().signal;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
const shown = z.looseObject({ version: z.int(), status: z.string() });

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
let viewer: string;
let editor: TestMember;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { watchLimits: { pollMs: 20, maxAgeMs: 1_500, maxOfTenant: 3 } });
  acme = await api.addTenant();
  viewer = await acme.keyOf("viewer");
  editor = await acme.addMember("editor");
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

describe("over REST", () => {
  test("jobs are listed a page at a time to who may see them", async () => {
    const tenant = await api.addTenant();
    const ids = [await begin(tenant), await begin(tenant)].toReversed();
    const list = (query: string, key = tenant.personalKey) =>
      api.request("GET", `/v1/jobs?${query}`, { key });

    expect(await list("limit=1")).toMatchObject({ body: { items: [{ id: ids[0] }], nextBefore: ids[0] } });
    expect(await list(`limit=1&before=${ids[0]}`)).toMatchObject({
      body: { items: [{ id: ids[1], kind: "verify-audit" }], nextBefore: null },
    });
    expect((await list("status=failed")).body).toEqual({ items: [], nextBefore: null });
    expect((await list("", await tenant.keyOf("viewer"))).body).toEqual({ items: [], nextBefore: null });
    expect(await list("limit=0")).toMatchObject({ status: 400, body: { errors: [{ pointer: "/limit" }] } });
  });

  test("a job is shown to who may see it, and is not there for others", async () => {
    const id = await begin();
    const ask = (key: string, path: string = id) => api.request("GET", `/v1/jobs/${path}`, { key });

    expect(await ask(acme.personalKey)).toMatchObject({
      status: 200,
      body: {
        id,
        kind: "verify-audit",
        status: "waiting",
        version: 1,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    });
    const elsewhere = await api.addTenant();
    for (const [key, path] of [
      [viewer, id],
      [elsewhere.personalKey, id],
      [acme.personalKey, "no-job"],
    ] as const) {
      expect(await ask(key, path)).toMatchObject({ status: 404, body: { code: "job_not_found" } });
      const events = await api.request("GET", `/v1/jobs/${path}/events`, { key });
      expect(events).toMatchObject({ status: 404, body: { code: "job_not_found" } });
    }
  });

  test("a job is cancelled once", async () => {
    const id = await begin();
    const cancel = () => api.request("POST", `/v1/jobs/${id}/cancel`, { key: acme.personalKey });

    expect(await cancel()).toMatchObject({ status: 200, body: { status: "cancelled" } });

    expect(await cancel()).toMatchObject({ status: 409, body: { code: "job_ended" } });
  });

  test("its events tell how far it is, then that it ended, and no more", async () => {
    const id = await begin();
    const stream = await watch(id);
    const held = await claim(id);
    await report(held, 1);
    await eventually(() => expect(seen(stream.events).at(-1)).toMatchObject({ progress: { done: 1 } }));

    await end(held);

    await eventually(() => expect(stream.isClosed()).toBe(true));
    const events = stream.events.filter(({ type }) => type !== "comment");
    expect(events.at(-1)).toMatchObject({ type: "ended", id: String(seen(stream.events).at(-1)?.version) });
    expect(events.slice(0, -1).every(({ type }) => type === "progress")).toBe(true);
    expect(seen(stream.events).at(-1)).toMatchObject({ status: "succeeded", result: { verified: 2 } });
  });

  test("who comes back is told what they have not seen, and that there is no more", async () => {
    const id = await begin();
    const held = await claim(id);
    await report(held, 1);

    const again = await watch(id, { "last-event-id": "3" });
    await report(held, 2);
    await eventually(() => expect(seen(again.events).map(({ version }) => version)).toEqual([4]));
    await end(held);
    await eventually(() => expect(again.isClosed()).toBe(true));

    const late = await watch(id, { "last-event-id": "4" });
    await eventually(() => expect(late.isClosed()).toBe(true));
    expect(seen(late.events)).toMatchObject([{ version: 5, status: "succeeded" }]);
    const over = await api.request("GET", `/v1/jobs/${id}/events`, {
      key: acme.personalKey,
      headers: { "last-event-id": "5" },
    });
    expect(over).toMatchObject({ status: 204, text: "" });
  });

  test("who watches is asked again who they are after a while", async () => {
    const stream = await watch(await begin());

    await eventually(() => expect(stream.isClosed()).toBe(true));

    expect(seen(stream.events)).toMatchObject([{ status: "waiting" }]);
  });

  test("a tenant watches a few jobs at a time, and others theirs", async () => {
    const elsewhere = await api.addTenant();
    const id = await begin();
    const streams = [await watch(id), await watch(id), await watch(id)];

    const refused = await api.request("GET", `/v1/jobs/${id}/events`, { key: acme.personalKey });

    expect(refused).toMatchObject({ status: 503, body: { code: "too_many_streams" } });
    const other = await begin(elsewhere);
    const theirs = await openStream(`${api.baseUrl}/v1/jobs/${other}/events`, bearer(elsewhere.personalKey));
    expect(theirs.response.statusCode).toBe(200);
    for (const stream of [...streams, theirs]) stream.close();
    await eventually(async () => (await watch(id)).close());
  });
});

describe("over tRPC", () => {
  test("a job is watched from its beginning to its end, over more than one connection", async () => {
    const client = clientOf(acme.personalKey);
    const id = await begin();
    const versions: number[] = [];
    const connections: string[] = [];
    const ended = Promise.withResolvers<string>();
    client.jobs.watch.subscribe(
      { id },
      {
        onData: ({ data }) => {
          versions.push(data.version);
          if (data.status === "succeeded") ended.resolve("was seen");
        },
        onConnectionStateChange: ({ state }) => connections.push(state),
        onError: ended.reject,
        onComplete: () => versions.push(Number.POSITIVE_INFINITY),
      },
    );
    // A watch lasts a second and a half here.
    await eventually(() =>
      expect(connections.filter((state) => state === "connecting").length).toBeGreaterThan(1),
    );
    await run(id);

    expect(await ended.promise).toBe("was seen");
    await eventually(() => expect(versions.at(-1)).toBe(Number.POSITIVE_INFINITY));
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(versions[0]).toBe(1);
  });

  test("who may not see a job is refused as by every procedure", async () => {
    const { id } = await clientOf(acme.personalKey).audit.verify.mutate();

    const refused = new Promise((_, onError) => {
      clientOf(viewer).jobs.watch.subscribe({ id }, { onError });
    });

    const error = await refused.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TRPCClientError);
    expect(error).toMatchObject({ data: { code: "NOT_FOUND", problem: { code: "job_not_found" } } });
  });
});

test("who may not see a job any more watches it no longer", async () => {
  const own = await startApi(database, { watchLimits: { recheckMs: 50 } });
  const issued = z.object({ id: z.string(), key: z.string() });
  const call = async (procedure: string, body: object) =>
    dataOf(await own.request("POST", `/trpc/${procedure}`, { key: acme.personalKey, body }));
  const place = { project: "web", environment: "production" };
  const { id: keyId, key } = issued.parse(await call("sdkKeys.issue", { ...place, kind: "pat", name: "CI" }));
  const watchBy = (by: string) => openStream(`${own.baseUrl}/v1/jobs/${id}/events`, bearer(by));
  const id = await begin();
  const [byKey, byMember] = [await watchBy(key), await watchBy(editor.key)];
  await eventually(() => expect([seen(byKey.events), seen(byMember.events)]).toMatchObject([[{}], [{}]]));

  await call("sdkKeys.revoke", { id: keyId });
  await eventually(() => expect(byKey.isClosed()).toBe(true));
  expect(byMember.isClosed()).toBe(false);
  await call("members.setRole", { userId: editor.userId, role: "viewer" });
  await eventually(() => expect(byMember.isClosed()).toBe(true), { timeoutMs: 8_000 });

  await own.close();
});

test("a server that stops lets go of who watches", async () => {
  const own = await startApi(database);
  const id = await begin();
  const stream = await openStream(`${own.baseUrl}/v1/jobs/${id}/events`, bearer(acme.personalKey));
  await eventually(() => expect(seen(stream.events)).toHaveLength(1));
  const startedMs = performance.now();

  await own.close();

  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await eventually(() => expect(stream.isClosed()).toBe(true));
});

async function begin(tenant: TestTenant = acme): Promise<JobId> {
  const { body } = await api.request("POST", "/trpc/audit.verify", { key: tenant.personalKey, body: {} });
  return z.object({ result: z.object({ data: z.object({ id: z.custom<JobId>() }) }) }).parse(body).result.data
    .id;
}

function watch(id: string, headers: Readonly<Record<string, string>> = {}) {
  return openStream(`${api.baseUrl}/v1/jobs/${id}/events`, { ...bearer(acme.personalKey), ...headers });
}

function seen(events: readonly { readonly type: string; readonly data: string }[]) {
  return events.filter(({ type }) => type !== "comment").map(({ data }) => shown.parse(JSON.parse(data)));
}

async function claim(id: JobId): Promise<HeldJob> {
  const terms = { kinds: ["verify-audit"], leaseMs: 60_000, mostRunning: 100 };
  const { db, person } = acme.caller;
  const held = await db.transact(person.tenantId, ({ jobs }) => jobs.claim(id, terms));
  if (!held) throw new Error("Somebody else has it.");
  return held;
}

async function report(held: HeldJob, done: number): Promise<void> {
  const { db, person } = acme.caller;
  const progress = { done, total: 2, unit: "entries" };
  await db.transact(person.tenantId, ({ jobs }) => jobs.renew(held, 60_000, { progress, note: null }));
}

async function end(held: HeldJob): Promise<void> {
  const { db, person } = acme.caller;
  await db.transact(person.tenantId, ({ jobs }) => jobs.succeed(held, { verified: 2 }));
}

async function run(id: JobId): Promise<void> {
  const { db, person } = acme.caller;
  const runJob = createJobRunner({ db, jobs: [verifyAudit], deps: { db }, log: SILENT });
  await runJob({ tenantId: person.tenantId, jobId: id, kind: "verify-audit" }, NEVER);
}

function clientOf(key: string) {
  const url = `${api.baseUrl}/trpc`;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (to, init) => fetch(to, { ...init, headers: { ...init.headers, ...bearer(key) } }),
          }),
        }),
        false: httpLink({ url, headers: bearer(key) }),
      }),
    ],
  });
}

function bearer(key: string) {
  return { authorization: `Bearer ${key}` };
}
