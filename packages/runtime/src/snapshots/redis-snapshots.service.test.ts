import { randomUUID } from "node:crypto";
import { eventually, withRedis } from "@burgee/test-support";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBreaker, isRefusedByBreaker } from "../breaker/create-breaker.ts";
import { createLogger } from "../log/create-logger.ts";
import { RedisSnapshots } from "./redis-snapshots.ts";

const redis = await withRedis();
/** UUIDv7: the second is later. */
const [EARLIER, LATER] = ["019abb2e-5c1f-7d3a-9b60-2f4c8e17a5d0", "019abb2f-0000-7d3a-9b60-2f4c8e17a5d0"];
const PUBLISHED = { mayChangeEpoch: true };
const READ = { mayChangeEpoch: false };

describe.skipIf(redis.url === undefined)("copies in Redis", () => {
  let snapshots: RedisSnapshots;
  let admin: Redis;

  beforeAll(async () => {
    snapshots = openSnapshots();
    admin = new Redis(redis.url ?? "");
    await snapshots.put(aScope(), { epoch: EARLIER, revision: 1 }, Buffer.from(""), PUBLISHED);
    await eventually(() => snapshots.find(aScope()).then(() => true));
  });
  afterAll(() => {
    snapshots.close();
    admin.disconnect();
  });

  test("are found as they were put there, and say how new they are", async () => {
    const scope = aScope();
    const bytes = Buffer.from([0, 255, 10, 0x7b]);

    expect(await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, bytes, PUBLISHED)).toBe(true);

    const found = await snapshots.find(scope);
    expect(found?.bytes).toEqual(bytes);
    expect(found?.ageMs).toBeLessThan(5_000);
    const elsewhere = [aScope(), { ...scope, tenantId: randomUUID() }];
    expect(await snapshots.heads([aScope(), scope, ...elsewhere])).toEqual([
      undefined,
      { epoch: EARLIER, revision: 7 },
      undefined,
      undefined,
    ]);
    for (const other of elsewhere) expect(await snapshots.find(other)).toBeUndefined();
  });

  test("are warm once they were filled, and no more where they were emptied since, or meanwhile", async () => {
    const warm = [await snapshots.isWarm()];
    const filler = await snapshots.beginWarming();
    warm.push(await snapshots.isWarm(), await snapshots.endWarming(filler), await snapshots.isWarm());
    await admin.flushall();
    warm.push(await snapshots.isWarm());
    const interrupted = await snapshots.beginWarming();
    await admin.flushall();
    warm.push(await snapshots.endWarming(interrupted));
    const [first, second] = [await snapshots.beginWarming(), await snapshots.beginWarming()];
    warm.push(await snapshots.endWarming(first), await snapshots.endWarming(second));

    expect(warm).toEqual([false, false, true, true, false, false, false, true]);
  });

  test.each([
    ["an older one", { epoch: EARLIER, revision: 6 }, PUBLISHED, 7],
    ["a newer one", { epoch: EARLIER, revision: 8 }, READ, 8],
    ["one whose number is longer", { epoch: EARLIER, revision: 10 }, READ, 10],
    ["the same", { epoch: EARLIER, revision: 7 }, READ, 7],
  ])("within an epoch, after %s, are the newest", async (_, head, options, expected) => {
    const scope = aScope();
    await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), PUBLISHED);

    await snapshots.put(scope, head, Buffer.from(String(head.revision)), options);

    expect((await snapshots.find(scope))?.bytes.toString()).toBe(String(expected));
    expect(await snapshots.heads([scope])).toEqual([{ epoch: EARLIER, revision: expected }]);
  });

  test("are of another epoch only by the word of who wrote to the database, and never of an earlier one", async () => {
    const scope = aScope();
    await snapshots.put(scope, { epoch: EARLIER, revision: 9 }, Buffer.from("9"), PUBLISHED);

    expect(await snapshots.put(scope, { epoch: LATER, revision: 3 }, Buffer.from("3"), READ)).toBe(false);
    expect(await snapshots.heads([scope])).toEqual([{ epoch: EARLIER, revision: 9 }]);
    expect(await snapshots.put(scope, { epoch: LATER, revision: 3 }, Buffer.from("3"), PUBLISHED)).toBe(true);
    expect(await snapshots.put(scope, { epoch: EARLIER, revision: 10 }, Buffer.from("10"), PUBLISHED)).toBe(
      false,
    );

    expect(await snapshots.heads([scope])).toEqual([{ epoch: LATER, revision: 3 }]);
    expect((await snapshots.find(scope))?.bytes.toString()).toBe("3");
  });

  test("of 200 writers at once, the newest stays", async () => {
    const scope = aScope();
    const revisions = Array.from({ length: 200 }, (_, at) => ((at * 67) % 200) + 1);

    await Promise.all(
      revisions.map((revision) =>
        snapshots.put(scope, { epoch: EARLIER, revision }, Buffer.from(String(revision)), READ),
      ),
    );

    expect((await snapshots.find(scope))?.bytes.toString()).toBe("200");
  });

  test("are put there once more where one was evicted and its head was not", async () => {
    const scope = aScope();
    await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), PUBLISHED);
    await admin.del(keyOf(scope, "ruleset"));
    expect(await snapshots.find(scope)).toBeUndefined();

    await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), READ);

    expect((await snapshots.find(scope))?.bytes.toString()).toBe("7");
  });

  test("last for a day, and lie together by their tenant on one shard", async () => {
    const scope = aScope();
    await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), PUBLISHED);

    const keys = [keyOf(scope, "head"), keyOf(scope, "ruleset")];
    for (const key of keys) {
      const leftMs = await admin.pttl(key);
      expect(leftMs).toBeGreaterThan(86_400_000 - 60_000);
      expect(leftMs).toBeLessThanOrEqual(86_400_000);
    }
    // A cluster places a key by what stands between its braces alone.
    expect((await admin.keys(`*${scope.environmentId}*`)).toSorted()).toEqual(keys);
    for (const key of keys) expect(/\{(.*?)\}/.exec(key)?.[1]).toBe(scope.tenantId);
  });

  test("grow old until somebody says that they are the newest still", async () => {
    const scope = aScope();
    await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), PUBLISHED);
    await admin.pexpire(keyOf(scope, "ruleset"), 86_400_000 - 90_000);
    const old = await snapshots.find(scope);

    await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), READ);

    expect(old?.ageMs).toBeGreaterThanOrEqual(90_000);
    expect((await snapshots.find(scope))?.ageMs).toBeLessThan(60_000);
  });

  test("are asked for by the hundred", async () => {
    const tenantId = randomUUID();
    const scopes = Array.from({ length: 1_200 }, () => ({ tenantId, environmentId: randomUUID() }));
    const [last] = scopes.slice(-1);
    await snapshots.put(last ?? aScope(), { epoch: EARLIER, revision: 7 }, Buffer.from("7"), PUBLISHED);

    const heads = await snapshots.heads(scopes);

    expect(heads).toHaveLength(1_200);
    expect(heads.filter(Boolean)).toEqual([{ epoch: EARLIER, revision: 7 }]);
    expect(heads.at(-1)).toEqual({ epoch: EARLIER, revision: 7 });
  });
});

describe.skipIf(redis.url === undefined || process.env.REDIS_URL !== undefined)(
  "a Redis that takes connections and answers nothing",
  () => {
    test("costs five readers 20 ms, then nobody anything, and is found back soon after it answers", async () => {
      const snapshots = openSnapshots();
      const scope = aScope();
      await snapshots.put(scope, { epoch: EARLIER, revision: 7 }, Buffer.from("7"), PUBLISHED);
      const breaker = createBreaker({ name: "Asking Redis", timeoutMs: 20 });
      const find = () => breaker.run(() => snapshots.find(scope));
      await eventually(find);
      const admin = new Redis(redis.url ?? "");
      const pid = Number(/process_id:(\d+)/.exec(await admin.info("server"))?.[1]);
      admin.disconnect();

      process.kill(pid, "SIGSTOP");
      const failures: { readonly tookMs: number; readonly isRefused: boolean }[] = [];
      const begunMs = performance.now();
      try {
        while (breaker.state !== "open") failures.push(await failureOf(find));
        const openedMs = performance.now() - begunMs;
        for (let calls = 0; calls < 100; calls++) failures.push(await failureOf(find));

        expect(openedMs).toBeLessThan(1_000);
        expect(failures.filter(({ isRefused }) => !isRefused)).toHaveLength(5);
        const refusedMs = failures.filter(({ isRefused }) => isRefused).map(({ tookMs }) => tookMs);
        expect(
          refusedMs.toSorted((one, other) => one - other)[Math.floor(refusedMs.length / 2)],
        ).toBeLessThan(1);
      } finally {
        process.kill(pid, "SIGCONT");
      }

      await eventually(async () => expect((await find())?.bytes.toString()).toBe("7"));
      expect(breaker.state).toBe("closed");
      snapshots.close();
    });
  },
);

async function failureOf(work: () => Promise<unknown>) {
  const begunMs = performance.now();
  const error = await work().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return { tookMs: performance.now() - begunMs, isRefused: isRefusedByBreaker(error) };
}

function openSnapshots(): RedisSnapshots {
  const log = createLogger({ level: "silent", name: "test" });
  return new RedisSnapshots({ url: redis.url ?? "", applicationName: "test", log });
}

function aScope() {
  return { tenantId: randomUUID(), environmentId: randomUUID() };
}

function keyOf({ tenantId, environmentId }: ReturnType<typeof aScope>, what: string): string {
  return `burgee:{${tenantId}}:${environmentId}:${what}`;
}
