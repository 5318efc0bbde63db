/**
 * Endpoints that lose three answers in ten after they read what came, for two workers at once: each notice arrives at least once, and under
 * one id however often. `npm run webhooks -- --count 10000` sends as many as that.
 */
import { createHash } from "node:crypto";
import { createDatabase, eventually } from "@burgee/test-support";
import { afterAll, expect, test } from "vitest";
import { openReceiver } from "../../test/receiver.ts";
import { openWebhookHouse } from "../../test/webhook-house.ts";

const SAMPLE = 120;
const TENANTS = 4;
const ofEach = Math.ceil((Number(process.env.BURGEE_WEBHOOKS_COUNT) || SAMPLE) / TENANTS);
const count = ofEach * TENANTS;
const seed = Number(process.env.BURGEE_WEBHOOKS_SEED) || 1;
const LOST = 0.3;
/** So many tries that none is given up: 0.3 to the power of 20. */
const RETRIES_MS = Array.from({ length: 20 }, () => 1);
const MS_EACH = 250;

const database = await createDatabase();
const house = await openWebhookHouse(database);
const tries = new Map<string, number>();
const bodies = new Map<string, Set<string>>();
let lost = 0;
const receiver = await openReceiver((response, { id, body }, { socket }) => {
  const tried = (tries.get(id) ?? 0) + 1;
  tries.set(id, tried);
  bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
  if (chance(`${seed}|${body}|${tried}`) >= LOST) return void response.writeHead(204).end();
  lost += 1;
  socket.destroy();
});
afterAll(async () => {
  await receiver.close();
  await house.close();
  await database.drop();
});

test(
  `of ${count} notices each arrives at least once, and under one id however often`,
  async () => {
    const tenants = await Promise.all(Array.from({ length: TENANTS }, () => house.addTenant()));
    for (const tenant of tenants) await tenant.addWebhook(receiver.origin);
    await Promise.all(tenants.map((tenant) => tenant.announce(ofEach)));
    const { rows: announced } = await house.admin.query<{ notice_id: string }>(
      "select notice_id from burgee.notices",
    );
    const settings = { allow: [receiver.origin], times: { retriesMs: RETRIES_MS, blockedFrom: 1_000_000 } };
    const workers = [house.startDeliverer(settings), house.startDeliverer(settings)];

    await eventually(
      async () => {
        await Promise.all(workers.map((worker) => worker.deliverAll()));
        return (await countWaiting()) === 0;
      },
      { timeoutMs: count * MS_EACH },
    );

    expect(announced).toHaveLength(count);
    expect(new Set(tries.keys())).toEqual(new Set(announced.map((notice) => notice.notice_id)));
    expect([...bodies.values()].every((each) => each.size === 1)).toBe(true);
    expect(lost / (count + lost)).toBeGreaterThan(LOST - 0.1);
    expect(await countStates()).toEqual([{ state: "delivered", deliveries: count }]);
    expect(workers.flatMap(({ errors }) => errors)).toEqual([]);
    const sent = [...tries.values()].reduce((sum, each) => sum + each, 0);
    process.stdout.write(
      `\n${count} notices, ${sent} tries, ${lost} answers lost; sent once ${[...tries.values()].filter((each) => each === 1).length}, at most ${Math.max(...tries.values())} times; seed ${seed}\n`,
    );
  },
  count * MS_EACH + 30_000,
);

/** From 0 to 1, the same for the same text. */
function chance(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

async function countWaiting(): Promise<number> {
  const { rows } = await house.admin.query<{ waiting: number }>(
    "select count(*)::int as waiting from burgee.webhook_deliveries where state = 'waiting'",
  );
  return rows[0]?.waiting ?? 0;
}

async function countStates() {
  const { rows } = await house.admin.query(
    "select state, count(*)::int as deliveries from burgee.webhook_deliveries group by state",
  );
  return rows;
}
