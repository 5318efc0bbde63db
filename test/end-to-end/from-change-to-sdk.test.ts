import { createServerClient } from "@burgee/sdk";
import {
  createDatabase,
  eventually,
  Installation,
  type StartedProcess,
  type TestDatabase,
  withRedis,
} from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const redis = await withRedis();

describe("on Postgres alone", () => fromChangeToSdk(() => undefined));

describe.skipIf(redis.url === undefined)("with Redis for the bus and the queue", () =>
  fromChangeToSdk(() => redis.url),
);

interface Heard {
  readonly type: string;
  readonly revision?: number;
  readonly known: boolean;
  readonly enabled: number;
}

interface Wanted {
  readonly default: boolean;
  readonly enabled: boolean;
  readonly rules?: { readonly condition: string; readonly value: boolean }[];
}

const KEY = "night-mode";

function fromChangeToSdk(redisUrl: () => string | undefined): void {
  let database: TestDatabase;
  let burgee: Installation;
  let sdk: StartedProcess;
  /** What every change answered, in order. */
  const revisions: number[] = [];

  beforeAll(async () => {
    database = await createDatabase({ empty: true });
    burgee = await Installation.start({ databaseUrl: database.url, redisUrl: redisUrl() });
    sdk = burgee.startSdk(KEY);
    await sdk.line(/"type":"ready"/, { timeoutMs: 20_000 });
  });

  afterAll(async () => {
    expect(await sdk.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    const ended = { code: 0, signal: null };
    expect(await burgee.stop()).toEqual({ api: ended, worker: ended });
    await database.drop();
  });

  test("a toggle is created, and the SDK knows it", async () => {
    const { revision } = await burgee.trpc.toggles.create.mutate({ key: KEY, default: false });
    revisions.push(revision);

    expect(await heard(revision)).toMatchObject({ known: true, enabled: 0 });
  });

  test("flipped, for everyone and back", async () => {
    const on = await update({ default: true, enabled: true });
    expect(await heard(on)).toMatchObject({ enabled: 1000 });

    const off = await setEnabled(false);
    expect(await heard(off)).toMatchObject({ enabled: 0 });
  });

  test("a change that is answered just before the worker is killed is not lost", async () => {
    const { version } = await setting();
    const changing = burgee.trpc.settings.setEnabled.mutate({
      toggle: KEY,
      enabled: true,
      expectedVersion: version,
    });
    const killing = burgee.killWorker();
    const { revision } = await changing;
    revisions.push(revision);
    await killing;

    burgee.startWorkerAgain();

    expect(await heard(revision)).toMatchObject({ enabled: 1000 });
  });

  test("a change that is answered just before the api is killed is not lost", async () => {
    const revision = await setEnabled(false);
    await burgee.killApi();
    await burgee.startApiAgain();

    expect(await heard(revision)).toMatchObject({ enabled: 0 });
  });

  test("rolled out in three steps, the worker killed in between, and each step is applied once", async () => {
    const on = await update({ default: false, enabled: true });
    await heard(on);
    const { version } = await setting();

    const step = (value: number, ms: number) => ({
      share: { type: "percentage" as const, value },
      hold: { type: "time" as const, ms },
    });
    const steps = [step(10, 700), step(50, 700), step(100, 0)];
    const made = await burgee.trpc.rollouts.create.mutate({ toggle: KEY, steps });
    const seen = { id: made.id, expectedVersion: made.version, settingVersion: version };
    await burgee.trpc.rollouts.start.mutate(seen);
    await heard(on + 1);
    await burgee.killWorker();
    burgee.startWorkerAgain();
    await heard(on + 3);
    revisions.push(on + 1, on + 2, on + 3);

    const [ten, fifty, all] = changes().filter(({ revision = 0 }) => revision > on);
    expect(Math.abs((ten?.enabled ?? 0) - 100)).toBeLessThan(40);
    expect(Math.abs((fifty?.enabled ?? 0) - 500)).toBeLessThan(60);
    expect(all?.enabled).toBe(1000);
    const [plan] = await burgee.trpc.rollouts.list.query({ toggle: KEY });
    expect(plan).toMatchObject({ status: "completed", appliedSteps: 3 });
    const { items } = await burgee.trpc.settings.history.query({ toggle: KEY });
    expect(items.filter(({ actor }) => actor.startsWith("rollout:"))).toHaveLength(3);
  });

  test("a rule that matches a pattern, and then a segment that it asks, reach the SDK", async () => {
    const team = { key: "team", include: ["user-1"] };
    const { version: expectedVersion } = await burgee.trpc.segments.create.mutate(team);
    const condition = "segment('team') || userId.matches('^user-9[0-9]$')";
    const ruled = await update({ default: false, enabled: true, rules: [{ condition, value: true }] });
    expect(await heard(ruled)).toMatchObject({ enabled: 11 });

    const grown = { ...team, include: ["user-1", "user-2", "user-3"], expectedVersion };
    const { revisions: raised } = await burgee.trpc.segments.update.mutate(grown);
    const revision = raised.production ?? 0;
    revisions.push(revision);
    expect(await heard(revision)).toMatchObject({ enabled: 13 });
  });

  test("a list too long for a ruleset reaches the SDK, and so does another in its place while the api is killed", async () => {
    const users = Array.from({ length: 50_000 }, (_, index) => `user-${index + 900}`);
    const created = await burgee.trpc.segments.create.mutate({
      key: "many",
      include: { list: await upload(users) },
    });
    const rules = [{ condition: "segment('many')", value: true }];
    expect(await heard(await update({ default: false, enabled: true, rules }))).toMatchObject({
      enabled: 100,
    });

    const changed = await burgee.trpc.segments.update.mutate({
      key: "many",
      include: { list: await upload([...users, "user-0"]) },
      expectedVersion: created.version,
    });
    await burgee.killApi();
    await burgee.startApiAgain();

    const revision = changed.revisions.production ?? 0;
    revisions.push(revision);
    expect(await heard(revision)).toMatchObject({ enabled: 101 });
  });

  test("archived, and the SDK no longer knows it", async () => {
    const { version } = await setting();
    const { revision } = await burgee.trpc.toggles.archive.mutate({ key: KEY, expectedVersion: version });
    revisions.push(revision);

    expect(await heard(revision)).toMatchObject({ known: false, enabled: 0 });
  });

  test("what the SDK counted and tracked at its start is stored", async () => {
    await eventually(async () => {
      const { rows } = await stored(`
        select (select name from burgee.tracked_events) as event, (select sum(count)::int from burgee.unknown_toggle_usage) as unknown`);
      expect(rows).toEqual([{ event: "watched", unknown: 1_000 }]);
    });
  });

  test("each evaluation counts once, though every third answer to a batch is lost", async () => {
    await burgee.trpc.toggles.create.mutate({ key: "counted", default: false });
    let batches = 0;
    const losing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (String(input).endsWith("/v1/events") && batches++ % 3 === 0) throw new Error("The line broke.");
      return answer;
    };
    const { url: baseUrl, keys } = burgee;
    const client = createServerClient({ baseUrl, sdkKey: keys.sdkKey, fetch: losing, logger: false });
    await eventually(() => {
      if (client.detail("counted", false).errorCode) throw new Error("It is not here yet.");
    });
    await client.flush();

    for (let round = 0; round < 30; round++) {
      for (let at = 0; at < 10; at++) client.isEnabled("counted", { userId: `user-${at}` });
      await client.flush();
    }
    await client.close();

    const { rows } = await stored(
      "select sum(count)::int as count from burgee.toggle_usage join burgee.toggles using (tenant_id, toggle_id) where key = 'counted'",
    );
    expect(batches).toBeGreaterThan(31);
    expect(rows).toEqual([{ count: 301 }]);
  });

  test("the SDK saw each change once, in order, with rising revisions", () => {
    expect(changes().map(({ revision }) => revision)).toEqual(revisions);
  });

  async function stored(query: string) {
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    return admin.query(query).finally(() => admin.end());
  }

  function changes(): readonly Heard[] {
    return sdk.lines
      .filter((line) => line.startsWith("{"))
      .map((line): Heard => JSON.parse(line))
      .filter(({ type }) => type === "change");
  }

  async function heard(revision: number): Promise<Heard> {
    return eventually(
      () => {
        const change = changes().find((each) => each.revision === revision);
        if (!change) throw new Error(`Revision ${revision} was not heard of:\n${sdk.lines.join("\n")}`);
        return change;
      },
      { timeoutMs: 30_000 },
    );
  }

  async function upload(ids: readonly string[]): Promise<string> {
    const { projects } = burgee.trpc;
    const [project] = await projects.list.query();
    const response = await fetch(`${burgee.url}/v1/projects/${project?.key}/segment-lists`, {
      method: "POST",
      headers: { authorization: `Bearer ${burgee.keys.personalKey}`, "content-type": "text/plain" },
      body: ids.join("\n"),
    });
    const { hash } = (await response.json()) as { readonly hash: string };
    return hash;
  }

  async function setting() {
    const { settings } = await burgee.trpc.toggles.get.query({ key: KEY });
    const found = settings.find(({ environment }) => environment === "production");
    if (!found) throw new Error("The toggle has no setting in production.");
    return found;
  }

  async function update(wanted: Wanted): Promise<number> {
    const { version } = await setting();
    const input = { toggle: KEY, expectedVersion: version, ...wanted };
    const { revision } = await burgee.trpc.settings.update.mutate(input);
    revisions.push(revision);
    return revision;
  }

  async function setEnabled(enabled: boolean): Promise<number> {
    const { version } = await setting();
    const { revision } = await burgee.trpc.settings.setEnabled.mutate({
      toggle: KEY,
      enabled,
      expectedVersion: version,
    });
    revisions.push(revision);
    return revision;
  }
}
