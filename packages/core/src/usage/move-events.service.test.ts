import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalKeyEncryption } from "@burgee/runtime";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, install } from "../../test/installation.ts";
import { sdkKeyId } from "../ids.ts";
import type { KeyEncryption } from "../keyring/key-encryption.ts";
import { createKeyring } from "../keyring/keyring.ts";
import { replaceDataKeys } from "../keyring/rotate-data-keys.ts";
import { INTAKE_MS } from "../retention/retention.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { moveEvents } from "./move-events.ts";
import { recordUsage } from "./record-usage.ts";

const folder = mkdtempSync(join(tmpdir(), "burgee-events-"));
const installation = await install();
const { db, system, admin } = installation;
const inFile = await openLocalKeyEncryption(join(folder, "key"));
const stuck: string[] = [];
let away: string | undefined;
let acme: AtHome;

/** The file's, which a test may keep from one owner. */
const keyEncryption: KeyEncryption = {
  wrap: (dataKey, context) => inFile.wrap(dataKey, context),
  unwrap: async (wrapped, context) => {
    if (context.owner === away) throw new Error("Nobody answers.");
    return inFile.unwrap(wrapped, context);
  },
};

beforeEach(async () => {
  away = undefined;
  stuck.length = 0;
  acme = await installation.newTenant();
});
afterAll(async () => {
  await installation.close();
  rmSync(folder, { recursive: true });
});

test("events are kept with a pseudonym in place of who it is, the same for the same person", async () => {
  await track(acme, ["ada", "bo", "ada", null]);

  await move();

  const kept = await subjectsOf(acme);
  expect(kept).toHaveLength(4);
  expect(new Set(kept.filter((subject) => subject !== null)).size).toBe(2);
  expect(kept.filter((subject) => subject === null)).toHaveLength(1);
  for (const subject of kept) if (subject !== null) expect(subject).toMatch(/^[0-9a-f]{64}$/);
  expect(await waiting(acme)).toBe(0);
});

test("nobody's identifier is left in the database, once events were taken on", async () => {
  const identifier = `ada-${randomUUID()}`;
  await track(acme, [identifier]);
  await move();

  const { rows } = await admin.query(
    "select t::text as line from burgee.tracked_events t where tenant_id = $1 union all select t::text from burgee.event_intake t where tenant_id = $1",
    [acme.person.tenantId],
  );
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(identifier);
  expect(JSON.stringify(rows)).not.toContain(Buffer.from(identifier).toString("hex"));
});

test("the same person has another pseudonym in another tenant, and after the tenant's key was replaced", async () => {
  const other = await installation.newTenant();
  await track(acme, ["ada"]);
  await track(other, ["ada"]);
  await move();
  const [before] = await subjectsOf(acme);
  expect(await subjectsOf(other)).not.toEqual([before]);

  await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
  await track(acme, ["ada"]);
  await move();

  expect(new Set(await subjectsOf(acme)).size).toBe(2);
});

test("events are taken on once, however many take them on at the same time", async () => {
  const identifiers = Array.from({ length: 300 }, (_, at) => `user-${at}`);
  await track(acme, identifiers);

  const moved = await Promise.all([move(), move(), move(), move()]);

  expect(moved.reduce((sum, each) => sum + each, 0)).toBe(300);
  expect(stuck).toEqual([]);
  expect(new Set(await subjectsOf(acme)).size).toBe(300);
  expect(await waiting(acme)).toBe(0);
});

test("a tenant whose key can't be had waits, unread, and holds up no other", async () => {
  const other = await installation.newTenant();
  await track(acme, ["ada"]);
  await move();
  await track(acme, ["bo"]);
  await track(other, ["cy"]);
  away = acme.person.tenantId;

  await move();

  expect([await waiting(acme), await waiting(other)]).toEqual([1, 0]);
  expect(stuck).toEqual([acme.person.tenantId]);
  away = undefined;
  await move();
  expect(await waiting(acme)).toBe(0);
});

test("events that nobody takes on for a day are given up, and counted", async () => {
  await track(acme, ["ada", "bo"]);
  await admin.query(
    "update burgee.event_intake set received_at = received_at - interval '25 hours' where tenant_id = $1",
    [acme.person.tenantId],
  );

  await system.eventIntake.giveUp({ afterMs: INTAKE_MS });
  await move();

  expect([await waiting(acme), await subjectsOf(acme)]).toEqual([0, []]);
  const { rows } = await admin.query("select kind, count from burgee.usage_drops where tenant_id = $1", [
    acme.person.tenantId,
  ]);
  expect(rows).toEqual([{ kind: "late_events", count: "2" }]);
});

function move(): Promise<number> {
  const keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption });
  return moveEvents({ db, system, keyring, onStuck: (tenantId) => stuck.push(tenantId) });
}

/** An event of each. */
async function track({ person, ...caller }: AtHome, identifiers: readonly (string | null)[]): Promise<void> {
  const { id } = await issueSdkKey({ ...caller, person }, { kind: "srv", name: "Test" });
  const scope = { tenantId: person.tenantId, environmentId: person.home.environmentId };
  await recordUsage(db, scope, sdkKeyId.parse(id), {
    batchId: randomUUID(),
    sdk: { name: "js-server", version: "0.1.0" },
    applied: null,
    counts: [],
    events: identifiers.map((identifier) => ({
      name: "bought",
      at: "2026-01-31T12:00:00Z",
      context: identifier === null ? {} : { userId: identifier },
    })),
    unknownKeys: [],
    dropped: { evaluations: 0, events: 0 },
  });
}

async function subjectsOf({ person }: AtHome): Promise<readonly (string | null)[]> {
  const { rows } = await admin.query(
    "select encode(subject, 'hex') as subject from burgee.tracked_events where tenant_id = $1",
    [person.tenantId],
  );
  return rows.map(({ subject }) => subject);
}

async function waiting({ person }: AtHome): Promise<number> {
  const { rows } = await admin.query(
    "select count(*)::int as waiting from burgee.event_intake where tenant_id = $1",
    [person.tenantId],
  );
  return rows[0].waiting;
}
