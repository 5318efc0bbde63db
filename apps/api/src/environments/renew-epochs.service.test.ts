import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStream, type TestStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import { renewEpochs } from "./renew-epochs.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
let shop: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  [acme, shop] = [await api.addTenant(), await api.addTenant()];
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("brings a later epoch, whole, to every reader of every tenant", async () => {
  const streams = await Promise.all([acme, shop].map(follow));
  const before = await Promise.all(streams.map(versionOf));

  const { code, lines } = await run("all");
  await api.publish();

  expect(code).toBe(0);
  expect(lines.filter((line) => line.endsWith("2 environments"))).toHaveLength(2);
  for (const [index, stream] of streams.entries()) {
    await eventually(() => expect(stream.events.filter(({ type }) => type === "put")).toHaveLength(2));
    const [{ epoch, revision }, old] = [await versionOf(stream), before[index]];
    expect(epoch > (old?.epoch ?? "")).toBe(true);
    expect(revision).toBe((old?.revision ?? 0) + 1);
    stream.close();
  }
});

test("is told of in each tenant's audit trail", async () => {
  await run("all");

  const { body } = await api.request(
    "GET",
    '/trpc/audit.list?input={"action":"environment.restored","limit":1}',
    {
      key: acme.personalKey,
    },
  );
  expect(body).toMatchObject({
    result: { data: { items: [{ actor: "system", action: "environment.restored" }] } },
  });
});

test("does nothing unless all are meant", async () => {
  const { code, lines } = await run();

  expect(code).toBe(2);
  expect(lines[0]).toContain("npm run new-epochs -- all");
});

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const { db, system } = acme.caller;
  const code = await renewEpochs({ db, system, print: (line) => lines.push(line) }, args);
  return { code, lines };
}

async function follow({ serverKey }: TestTenant): Promise<TestStream> {
  const stream = await openStream(`${api.baseUrl}/v1/stream`, { "x-api-key": serverKey });
  await eventually(() => expect(stream.events.some(({ type }) => type === "put")).toBe(true));
  return stream;
}

async function versionOf({
  events,
}: TestStream): Promise<{ readonly epoch: string; readonly revision: number }> {
  return JSON.parse(events.findLast(({ type }) => type === "put")?.data ?? "");
}
