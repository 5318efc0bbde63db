import { createToggle, createToggleInput, parseInput } from "@burgee/core";
import { createDatabase, eventually, type TestDatabase, withRedis } from "@burgee/test-support";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const redis = await withRedis();

describe.skipIf(redis.url === undefined)("copies of rulesets in Redis", () => {
  let database: TestDatabase;
  let admin: Redis;
  /** Publishes. */
  let first: TestApi;
  let acme: TestTenant;
  let environmentId: string;

  beforeAll(async () => {
    database = await createDatabase();
    admin = new Redis(redis.url ?? "");
    first = await startApi(database, { redis: { url: redis.url } });
  });
  beforeEach(async () => {
    acme = await first.addTenant();
    await addToggle("cart");
    environmentId =
      (await first.request("GET", "/v1/ruleset", { key: acme.serverKey })).headers
        .get("burgee-seal")
        ?.split("|")[2] ?? "";
  });
  afterAll(async () => {
    await first.close();
    admin.disconnect();
    await database.drop();
  });

  test("spare a node that starts the database's, and are the same to the byte", async () => {
    const node = await coldNode();

    const answer = await node.request("GET", "/v1/ruleset", { key: acme.serverKey });

    const published = await first.request("GET", "/v1/ruleset", { key: acme.serverKey });
    expect(answer.text).toBe(published.text);
    expect(answer.headers.get("burgee-seal")).toBe(published.headers.get("burgee-seal"));
    expect(await reads(node)).toMatchObject({ hit: 1 });
    expect((await evaluate(node)).body).toMatchObject({ metadata: { source: "live" } });
  });

  test("are put there again by the first who needs one, after all of them were lost", async () => {
    await admin.flushall();
    const [second, third] = [await coldNode(), await coldNode()];

    const answers = await Promise.all([1, 2, 3].map(() => evaluate(second)));
    await eventually(async () => expect(await admin.exists(keyOf(environmentId))).toBe(1));
    await evaluate(third);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([await reads(second), await reads(third)]).toMatchObject([{ miss: 1 }, { hit: 1 }]);
  });

  test("that are older than what the database has are passed over", async () => {
    const old = await admin.getBuffer(keyOf(environmentId));
    await addToggle("newer");
    await admin.set(keyOf(environmentId), old ?? "", "PX", 86_400_000);
    const node = await coldNode();

    const { body } = await node.request("GET", "/v1/ruleset", { key: acme.serverKey });

    expect(body).toMatchObject({ toggles: { newer: {} } });
  });

  test("that are another tenant's, put under our name by hand, are refused, and told of", async () => {
    const other = await first.addTenant();
    const seal = (await first.request("GET", "/v1/ruleset", { key: other.serverKey })).headers.get(
      "burgee-seal",
    );
    const [, theirs = "", their = ""] = seal?.split("|") ?? [];
    const forged = await admin.getBuffer(`burgee:{${theirs}}:${their}:ruleset`);
    await admin.set(keyOf(environmentId), forged ?? "", "PX", 86_400_000);
    const node = await coldNode();

    const { body } = await node.request("GET", "/v1/ruleset", { key: acme.serverKey });

    expect(forged).not.toBeNull();
    expect(body).toMatchObject({ toggles: { cart: {} } });
    expect(await reads(node)).toMatchObject({ refused: 1 });
    expect(node.logged.some((line) => line.includes("is not the one that was published"))).toBe(true);
  });

  test.skipIf(process.env.REDIS_URL !== undefined)(
    "cost next to nothing while Redis takes connections and answers nothing: the database answers",
    async () => {
      const tenants = [acme];
      for (let more = 0; more < 7; more++) tenants.push(await first.addTenant());
      const node = await coldNode({ readWithinMs: 20 });
      await evaluate(node);
      const pid = Number(/process_id:(\d+)/.exec(await admin.info("server"))?.[1]);
      process.kill(pid, "SIGSTOP");
      onTestFinished(() => void process.kill(pid, "SIGCONT"));

      const statuses: number[] = [];
      for (const { serverKey } of tenants.slice(1)) {
        statuses.push((await node.request("GET", "/v1/ruleset", { key: serverKey })).status);
      }

      expect(statuses).toEqual(tenants.slice(1).map(() => 200));
      expect((await node.request("GET", "/metrics")).text).toContain(
        'burgee_breaker_state{server="redis"} 2',
      );
      process.kill(pid, "SIGCONT");
      await eventually(async () => {
        const { serverKey } = await first.addTenant();
        await node.request("GET", "/v1/ruleset", { key: serverKey });
        expect((await node.request("GET", "/metrics")).text).toContain(
          'burgee_breaker_state{server="redis"} 0',
        );
      });
    },
  );

  async function coldNode(more: { readonly readWithinMs?: number } = {}): Promise<TestApi> {
    const node = await startApi(database, { role: "edge", redis: { url: redis.url, ...more } });
    onTestFinished(() => node.close());
    // A connection that is being made answers nobody.
    await eventually(async () => {
      const names = String(await admin.client("LIST")).match(/name=api-test-snapshots /g) ?? [];
      expect(names.length).toBeGreaterThanOrEqual(2);
    });
    return node;
  }

  async function addToggle(key: string): Promise<void> {
    const scope = { project: "web", environment: "production" };
    await createToggle(acme.caller, parseInput(createToggleInput, { ...scope, key, default: true }));
    await first.publish();
  }

  function evaluate(node: TestApi) {
    return node.request("GET", "/v1/toggles/cart?userId=ada", { key: acme.serverKey });
  }

  function keyOf(environment: string): string {
    return `burgee:{${acme.caller.person.tenantId}}:${environment}:ruleset`;
  }
});

/** How looks for copies ended, and how often. */
async function reads(node: TestApi): Promise<Readonly<Record<string, number>>> {
  const { text } = await node.request("GET", "/metrics");
  const counts = text.matchAll(/^burgee_ruleset_cache_reads_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...counts].map(([, outcome = "", count]) => [outcome, Number(count)]));
}
