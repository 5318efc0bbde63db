import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, aToggle, inRole, install } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { sdkKeyId } from "../ids.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { listLives, listLivesInput } from "./list-lives.ts";
import { lookAtToggles } from "./look-at-toggles.ts";
import { setExpectedEnd, setExpectedEndInput } from "./set-expected-end.ts";
import { setLifeDays } from "./set-life-days.ts";

const installation = await install();
const { admin, db } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await installation.newTenant();
  for (const key of ["fresh", "forgotten", "settled", "ruled", "ended"]) await aToggle(caller, key);
  await admin.query(
    "update burgee.toggles set created_at = now() - interval '40 days' where tenant_id = $1 and key <> 'fresh'",
    [caller.person.tenantId],
  );
  await aToggle(caller, "gone");
  await archiveToggle(caller, { key: "gone", expectedVersion: 1 });
  await tell(["settled", "ruled", "ended"]);
  await age("settled", 31);
  await ruled();
});
afterAll(() => installation.close());

test("each toggle's stage is what usage, settings and its expected end say", async () => {
  await end("ended", "2020-01-31");

  expect(await look()).toEqual({ toggles: 5, becameStale: 3 });

  const { items, days } = await lives();
  expect(items.map(({ key, life }) => [key, life?.stage, life?.staleSince !== null])).toEqual([
    ["ended", "past_end", true],
    ["forgotten", "never_seen", true],
    ["fresh", "new", false],
    ["ruled", "live", false],
    ["settled", "fully_on", true],
  ]);
  expect(days).toEqual({ settledAfterDays: 30, unseenAfterDays: 30 });
  expect((await lives({ stale: true })).items.map(({ key }) => key)).toEqual([
    "ended",
    "forgotten",
    "settled",
  ]);
  expect((await lives({ stage: "new" })).items.map(({ key }) => key)).toEqual(["fresh"]);
  const first = await lives({ limit: 3 });
  expect((await lives({ cursor: first.nextCursor ?? undefined })).items.map(({ key }) => key)).toEqual([
    "ruled",
    "settled",
  ]);
});

test("who became stale is told of once, however many look and how often, and again after they were not", async () => {
  const looks = await Promise.all(Array.from({ length: 4 }, look));
  expect(looks.reduce((sum, { becameStale }) => sum + becameStale, 0)).toBe(2);
  expect(await told()).toEqual(["forgotten", "settled"]);

  await tell(["forgotten"]);
  await age("settled", 0);
  await look();
  await age("settled", 31);
  await look();

  expect(await told()).toEqual(["forgotten", "settled", "settled"]);
});

test("a project says after how many days, and the trail says who said so", async () => {
  await setLifeDays(caller, { settledAfterDays: 32, unseenAfterDays: 41 });
  await end("fresh", "2020-01-31");
  await end("fresh", null);

  expect(await look()).toMatchObject({ becameStale: 0 });

  expect((await listAudit(caller, { limit: 3 })).items).toMatchObject([
    {
      action: "toggle.expected_end_set",
      before: { expectedEnd: "2020-01-31" },
      after: { expectedEnd: null },
    },
    { action: "toggle.expected_end_set", object: "toggle/web/fresh", after: { expectedEnd: "2020-01-31" } },
    { action: "project.life_days_set", after: { settledAfterDays: 32, unseenAfterDays: 41 } },
  ]);
  const editor = inRole(caller, "editor");
  const refused = setLifeDays(editor, { settledAfterDays: 1, unseenAfterDays: 1 });
  await expect(refused).rejects.toMatchObject({ code: "forbidden" });
});

test("whoever is told to stop leaves the rest", async () => {
  expect(await lookAtToggles({ db }, caller.person.tenantId, async () => false)).toEqual({
    toggles: 0,
    becameStale: 0,
  });
  expect((await lives()).items[0]).toMatchObject({ key: "ended", life: null });
});

function look() {
  return lookAtToggles({ db }, caller.person.tenantId, async () => true);
}

function lives(input: object = {}) {
  return listLives(caller, parseInput(listLivesInput, input));
}

function end(key: string, expectedEnd: string | null) {
  return setExpectedEnd(caller, parseInput(setExpectedEndInput, { key, expectedEnd }));
}

async function tell(keys: readonly string[]): Promise<void> {
  const { id } = await issueSdkKey(caller, { kind: "srv", name: "Test" });
  const { tenantId, home } = caller.person;
  await recordUsage(db, { tenantId, environmentId: home.environmentId }, sdkKeyId.parse(id), {
    batchId: randomUUID(),
    sdk: { name: "js-server", version: "0.1.0" },
    applied: null,
    counts: keys.map((toggle) => ({ toggle, variant: "on", version: 1, count: 1 })),
    events: [],
    unknownKeys: [],
    dropped: { evaluations: 0, events: 0 },
  });
}

/** As if its setting had last changed so many days ago. */
async function age(key: string, days: number): Promise<void> {
  await admin.query(
    `update burgee.settings set updated_at = now() - make_interval(days => $1) from burgee.toggles
      where toggles.tenant_id = settings.tenant_id and toggles.toggle_id = settings.toggle_id and settings.tenant_id = $2 and key = $3`,
    [days, caller.person.tenantId, key],
  );
}

/** A rule of long ago. */
async function ruled(): Promise<void> {
  await age("ruled", 99);
  await admin.query(
    `update burgee.settings set state = state || '{"rules": [{"id": "a", "condition": "true", "serve": {"type": "variant", "variant": "on"}}]}'
       from burgee.toggles where toggles.tenant_id = settings.tenant_id and toggles.toggle_id = settings.toggle_id
        and settings.tenant_id = $1 and key = 'ruled'`,
    [caller.person.tenantId],
  );
}

async function told(): Promise<readonly string[]> {
  const { rows } = await admin.query(
    "select data ->> 'toggle' as toggle from burgee.notices where tenant_id = $1 and type = 'toggle.stale' order by 1",
    [caller.person.tenantId],
  );
  return rows.map(({ toggle }) => toggle);
}
