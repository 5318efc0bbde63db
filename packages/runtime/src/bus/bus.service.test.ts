import { createDatabase, eventually, withRedis } from "@burgee/test-support";
import { Redis } from "ioredis";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger } from "../log/create-logger.ts";
import { openPool } from "../postgres/open-pool.ts";
import { type Bus, MAX_MESSAGE_BYTES } from "./bus.ts";
import { createPostgresBus } from "./postgres-bus.ts";
import { createRedisBus } from "./redis-bus.ts";

const database = await createDatabase();
const redis = await withRedis();
const log = createLogger({ level: "silent", name: "test" });
const opened: { close(): Promise<unknown> }[] = [];

afterAll(async () => {
  await Promise.all(opened.map((bus) => bus.close()));
  await database.drop();
});

describe("the bus on Postgres", () => describeBus(openPostgresBus, cutPostgres, closedPostgresBus));
describe.skipIf(redis.url === undefined)("the bus on Redis", () =>
  describeBus(openRedisBus, cutRedis, () => keep(createRedisBus(redisOptions("redis://127.0.0.1:1")))),
);

describe.skipIf(redis.url === undefined)("the bus on a Redis that knows no sharded channels", () => {
  beforeAll(async () => {
    const admin = new Redis(redis.url ?? "");
    await admin.call("ACL", "SETUSER", "older", "on", ">pass", "~*", "&*", "+@all", "-command");
    admin.disconnect();
  });
  const olderUrl = () => (redis.url ?? "").replace("redis://", "redis://older:pass@");
  const open = () => keep(createRedisBus(redisOptions(olderUrl())));

  describeBus(open, cutRedis, () => keep(createRedisBus(redisOptions("redis://127.0.0.1:1"))));
});

test.skipIf(redis.url === undefined)(
  "a message in a cluster of Redis goes to the shard of its channel",
  async () => {
    const admin = new Redis(redis.url ?? "");
    opened.push({ close: async () => admin.disconnect() });
    const channel = `sharded_{${process.pid}}`;

    await subscriber(openRedisBus(), channel);

    expect(await admin.pubsub("SHARDCHANNELS", `burgee.${channel}`)).toEqual([`burgee.${channel}`]);
  },
);

/** What every adapter keeps to. `cut` ends the connections of all its subscribers, from the server's side. */
function describeBus(open: () => Bus, cut: () => Promise<void>, openWithoutServer: () => Bus) {
  test("carries a message to every subscriber of its channel, in any process, and to no other", async () => {
    const [sender, receiver] = [open(), open()];
    const here = await subscriber(sender, "hints");
    const there = await subscriber(receiver, "hints");
    const elsewhere = await subscriber(receiver, "other");

    await sender.publish("hints", "revision 7");
    await eventually(() => expect(there.messages).toEqual(["revision 7"]));
    await eventually(() => expect(here.messages).toEqual(["revision 7"]));

    expect(elsewhere.messages).toEqual([]);
  });

  test("carries any text, up to the bound", async () => {
    const bus = open();
    const { messages } = await subscriber(bus, "Käse \"'; drop");
    const texts = ["", "'; select 1; --\n\u{1F6A9}", "x".repeat(MAX_MESSAGE_BYTES)];

    for (const text of texts) await bus.publish("Käse \"'; drop", text);

    await eventually(() => expect(messages).toEqual(texts));
  });

  test("refuses a message over the bound, which counts bytes", async () => {
    const tooLarge = open().publish("hints", "é".repeat(MAX_MESSAGE_BYTES / 2 + 1));

    await expect(tooLarge).rejects.toMatchObject({ code: "message_too_large" });
  });

  test.each(["", "x".repeat(64)])("refuses the channel %j", async (channel) => {
    const bus = open();

    await expect(bus.publish(channel, "")).rejects.toMatchObject({ code: "invalid_channel" });
    await expect(bus.subscribe(channel, ignore, ignore)).rejects.toMatchObject({ code: "invalid_channel" });
  });

  test("tells of the gap at first, to each subscriber once", async () => {
    const bus = open();
    const first = await subscriber(bus, "hints");
    const second = await subscriber(bus, "hints");

    expect([first.gaps(), second.gaps()]).toEqual([1, 1]);
  });

  test("comes back after a lost connection, and tells of the gap", async () => {
    const bus = open();
    const { messages, gaps } = await subscriber(bus, "hints");

    await cut();
    await eventually(() => expect(gaps()).toBe(2));
    await eventually(() => bus.publish("hints", "after"));

    await eventually(() => expect(messages).toContain("after"));
  });

  test("lets a subscriber go without the others", async () => {
    const bus = open();
    const gone = await subscriber(bus, "hints");
    const staying = await subscriber(bus, "hints");

    await gone.unsubscribe();
    await bus.publish("hints", "one");
    await eventually(() => expect(staying.messages).toEqual(["one"]));

    expect(gone.messages).toEqual([]);
  });

  test("takes up a channel again that nobody followed for a while", async () => {
    const bus = open();
    const before = await subscriber(bus, "hints");
    await before.unsubscribe();

    const after = await subscriber(bus, "hints");
    await bus.publish("hints", "two");

    await eventually(() => expect(after.messages).toEqual(["two"]));
  });

  test("keeps a subscriber that throws from harming the next", async () => {
    const bus = open();
    await bus.subscribe("hints", fail, fail);
    const { messages } = await subscriber(bus, "hints");

    await bus.publish("hints", "one");

    await eventually(() => expect(messages).toEqual(["one"]));
  });

  test("fails a publish while the server is away, and takes a subscription all the same", async () => {
    const bus = openWithoutServer();

    await expect(bus.subscribe("hints", ignore, fail)).resolves.toBeTypeOf("function");
    await expect(bus.publish("hints", "one")).rejects.toMatchObject({ code: "bus_unavailable" });
  });

  test("refuses everything once it is closed", async () => {
    const bus = open();
    const { messages } = await subscriber(bus, "hints");

    await bus.close();

    await expect(bus.publish("hints", "late")).rejects.toMatchObject({ code: "bus_closed" });
    await expect(bus.subscribe("hints", ignore, ignore)).rejects.toMatchObject({ code: "bus_closed" });
    expect(messages).toEqual([]);
  });
}

/** A subscriber whose subscription is live. */
async function subscriber(bus: Bus, channel: string) {
  const messages: string[] = [];
  let gaps = 0;
  const onGap = () => {
    gaps += 1;
  };
  const unsubscribe = await bus.subscribe(channel, (message) => messages.push(message), onGap);
  await eventually(() => gaps > 0);
  return { messages, gaps: () => gaps, unsubscribe };
}

function openPostgresBus(url = database.url): Bus {
  const pool = openPool({
    url,
    applicationName: "bus-test",
    max: 1,
    statementTimeoutMs: 1_000,
    lockTimeoutMs: 1_000,
    idleInTransactionTimeoutMs: 1_000,
    log,
  });
  opened.push({ close: () => pool.end() });
  return keep(createPostgresBus({ pool, url, role: "burgee_app", applicationName: "bus-test", log }));
}

function closedPostgresBus(): Bus {
  return openPostgresBus("postgres://nobody@127.0.0.1:1/none");
}

function openRedisBus(): Bus {
  return keep(createRedisBus(redisOptions(redis.url ?? "")));
}

function redisOptions(url: string) {
  return { url, applicationName: "bus-test", log };
}

function keep(bus: Bus): Bus {
  opened.push(bus);
  return bus;
}

async function cutPostgres(): Promise<void> {
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bus-test-bus' and datname = current_database()",
  );
  await admin.end();
}

async function cutRedis(): Promise<void> {
  const admin = new Redis(redis.url ?? "");
  await admin.call("CLIENT", "KILL", "TYPE", "pubsub");
  admin.disconnect();
}

function ignore(): void {}

function fail(): never {
  throw new Error("This subscriber fails.");
}
