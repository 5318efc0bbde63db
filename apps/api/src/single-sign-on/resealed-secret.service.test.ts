import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyring, finishRotations, type RotationProgress, replaceDataKeys } from "@burgee/core";
import { openSystemDatabase } from "@burgee/db";
import { createEgress, openLocalKeyEncryption } from "@burgee/runtime";
import { createDatabase } from "@burgee/test-support";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type ScriptedProvider,
  startScriptedProvider,
} from "@burgee/test-support/scripted-provider";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "../../test/open-browser.ts";
import { arrive, ask, callbackOf, connect, ownerOf, tryOut } from "../../test/provider-journey.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

const folder = mkdtempSync(join(tmpdir(), "burgee-resealed-"));
const database = await createDatabase();
const admin = new pg.Client(database.url);
const system = openSystemDatabase(new pg.Pool({ connectionString: database.systemUrl, max: 2 }));
const keyEncryption = await openLocalKeyEncryption(join(folder, "key"));
const open: TestApi[] = [];
let provider: ScriptedProvider;

beforeAll(async () => {
  await admin.connect();
  provider = await startScriptedProvider();
});
afterAll(async () => {
  await Promise.all(open.map((api) => api.close()));
  await Promise.all([provider.close(), admin.end(), system.close()]);
  await database.drop();
  rmSync(folder, { recursive: true });
});

test("a connection goes on signing people in once its secret is sealed by a new key, and the old one is gone", async () => {
  const before = await startNode();
  const tenant = await before.addTenant();
  const owner = await ownerOf(before, tenant);
  const connection = await connect(owner, tenant, provider.issuer);
  await tryOut(before, owner, provider, connection);
  const sealed = await sealedSecret(connection.id);

  await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
  const resealed = await finish();
  await admin.query(
    "update burgee.data_keys set replaced_at = now() - interval '1 hour' where replaced_at is not null",
  );
  const removed = await finish();

  // The connection's, and the key that signs rulesets.
  expect(resealed).toMatchObject([{ resealed: 2, broken: 0, isRemoved: false }]);
  expect(removed).toMatchObject([{ resealed: 0, broken: 0, isRemoved: true }]);
  expect(keyOf(await sealedSecret(connection.id))).not.toBe(keyOf(sealed));
  // The process that knew the old key, and one that knows none.
  for (const api of [before, await startNode()]) {
    const browser = openBrowser(api);
    const arrival = await arrive(api, browser, callbackOf(provider, await ask(browser, connection)));
    expect([arrival.status, [...browser.cookies.keys()]]).toEqual([303, ["burgee"]]);
    expect(decodeURIComponent(provider.lastClient())).toBe(`${CLIENT_ID}:${CLIENT_SECRET}`);
  }
});

async function startNode(): Promise<TestApi> {
  const api = await startApi(database, {
    egress: createEgress({ allow: [provider.issuer] }),
    keyring: aKeyring(),
  });
  open.push(api);
  return api;
}

function aKeyring() {
  return createKeyring({ dataKeys: system.dataKeys, keyEncryption });
}

/** As the worker does it; what it says of the tenant's key. */
async function finish(): Promise<readonly RotationProgress[]> {
  const told: RotationProgress[] = [];
  await finishRotations(
    { system, keyring: aKeyring(), keyEncryption },
    { onProgress: (progress) => told.push(progress) },
  );
  return told.filter(({ dataKey }) => dataKey.owner !== "installation");
}

async function sealedSecret(connectionId: string): Promise<string> {
  const { rows } = await admin.query<{ sealed: string }>(
    "select sealed_secret as sealed from burgee.oidc_connections where connection_id = $1",
    [connectionId],
  );
  return rows[0]?.sealed ?? "";
}

function keyOf(sealed: string): string | undefined {
  return sealed.split("|")[1];
}
