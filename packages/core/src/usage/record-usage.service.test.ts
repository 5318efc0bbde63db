import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { sdkKeyId } from "../ids.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { recordUsage } from "./record-usage.ts";

const installation = await install();
const { admin, db, system } = installation;
let caller: AtHome;
let keyId: string;

beforeEach(async () => {
  caller = await installation.newTenant();
  await aToggle(caller, "cart");
  ({ id: keyId } = await issueSdkKey(caller, { kind: "srv", name: "Test" }));
});
afterAll(() => installation.close());

test("counts are exact where every batch comes one to four times, several at a time", async () => {
  const batches = Array.from({ length: 60 }, (_, at) => ({ batchId: randomUUID(), count: at + 1 }));
  const sent = batches.flatMap((batch, at) => Array.from({ length: 1 + (at % 4) }, () => batch));
  // A batch and the same once more come together, and far apart.
  const order = sent.map((batch, at) => ({ batch, place: (at * 37) % sent.length }));
  order.sort((one, other) => one.place - other.place);

  for (let start = 0; start < order.length; start += 12) {
    await Promise.all(order.slice(start, start + 12).map(({ batch }) => tell(batch)));
    await system.retention.deleteOlder("usage_batches", { days: 2, most: 100 });
  }

  expect(await counted()).toBe(batches.reduce((sum, { count }) => sum + count, 0));
});

test("a batch counts once for as long as its id is kept, and would count again after that", async () => {
  const batch = { batchId: randomUUID(), count: 5 };
  await tell(batch);
  await age("47 hours");
  await system.retention.deleteOlder("usage_batches", { days: 2, most: 100 });
  const known = await tell(batch);
  await age("2 hours");
  await system.retention.deleteOlder("usage_batches", { days: 2, most: 100 });
  const forgotten = await tell(batch);

  expect([known.status, forgotten.status, await counted()]).toEqual(["known", "stored", 10]);
});

function tell({ batchId, count }: { readonly batchId: string; readonly count: number }) {
  const { tenantId, home } = caller.person;
  return recordUsage(db, { tenantId, environmentId: home.environmentId }, sdkKeyId.parse(keyId), {
    batchId,
    sdk: { name: "js-server", version: "0.1.0" },
    applied: null,
    counts: [{ toggle: "cart", variant: "on", version: 1, count }],
    events: [],
    unknownKeys: [],
    dropped: { evaluations: 0, events: 0 },
  });
}

async function age(by: string): Promise<void> {
  await admin.query(
    "update burgee.usage_batches set received_at = received_at - $1::interval where tenant_id = $2",
    [by, caller.person.tenantId],
  );
}

async function counted(): Promise<number> {
  const { rows } = await admin.query(
    "select sum(count)::int as sum from burgee.toggle_usage where tenant_id = $1",
    [caller.person.tenantId],
  );
  return rows[0].sum;
}
