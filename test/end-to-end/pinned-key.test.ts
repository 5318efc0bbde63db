import { createServerClient } from "@burgee/sdk";
import { createDatabase, eventually, Installation, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

const KEY = "pinned";

let database: TestDatabase;
let burgee: Installation;

beforeAll(async () => {
  database = await createDatabase({ empty: true });
  burgee = await Installation.start({ databaseUrl: database.url, redisUrl: undefined });
  await burgee.trpc.toggles.create.mutate({ key: KEY, default: true });
});
afterAll(async () => {
  await burgee.stop();
  await database.drop();
});

test("an SDK that pins the key which is shown beside its own takes each change, through a rotation too", async () => {
  const [pinned = ""] = await verifyKeys();
  const client = connect(pinned);
  await eventually(() => client.isEnabled(KEY), { timeoutMs: 20_000 });

  const [now] = await burgee.trpc.tenants.rotateSigningKey.mutate({});
  await burgee.trpc.settings.setEnabled.mutate({ toggle: KEY, enabled: false, expectedVersion: 1 });
  await eventually(() => !client.isEnabled(KEY, {}, true), { timeoutMs: 20_000 });

  const successor = connect(`${pinned.slice(0, pinned.lastIndexOf("."))}.${now?.publicKey}`);
  expect(await successor.ready({ timeoutMs: 20_000 })).toMatchObject({ status: "ready" });
});

test("an SDK that pins another key takes nothing, and says why", async () => {
  const [shown = ""] = await verifyKeys();
  const client = connect(`${shown.slice(0, shown.lastIndexOf("."))}.${"A".repeat(43)}`);

  const { promise, resolve } = Promise.withResolvers<string>();
  client.on("error", ({ code }) => resolve(code));

  expect(await promise).toBe("unverified_ruleset");
  expect(client.version).toBeUndefined();
});

async function verifyKeys(): Promise<readonly string[]> {
  return eventually(
    async () => {
      const keys = await burgee.trpc.sdkKeys.list.query();
      const { verifyKeys: shown = [] } = keys.find(({ kind }) => kind === "srv") ?? {};
      expect(shown.length).toBeGreaterThan(0);
      return shown;
    },
    { timeoutMs: 20_000 },
  );
}

function connect(verifyKey: string) {
  const options = { baseUrl: burgee.url, sdkKey: burgee.keys.sdkKey, logger: false, usage: false } as const;
  const client = createServerClient({ ...options, verifyKey });
  onTestFinished(() => client.close());
  return client;
}
