import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { sdkKeyId } from "../ids.ts";
import { type PublisherPorts, publishEnvironment } from "../rulesets/publish-environment.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { KEEPING, type Retention } from "./retention.ts";
import { sweepExpired } from "./sweep-expired.ts";

const installation = await install();
const { admin, db, system, keyring } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await installation.newTenant();
  await aToggle(caller, "cart");
});
afterAll(() => installation.close());

const USUAL: Retention = {
  usageBatches: KEEPING.usageBatches.usual,
  trackedEvents: KEEPING.trackedEvents.usual,
  toggleUsage: KEEPING.toggleUsage.usual,
  unknownToggleUsage: KEEPING.unknownToggleUsage.usual,
  outbox: KEEPING.outbox.usual,
  notices: KEEPING.notices.usual,
  jobs: KEEPING.jobs.usual,
  deadLetters: KEEPING.deadLetters.usual,
};

describe("what was kept long enough goes, and nothing younger", () => {
  test.each<[table: string, column: string, stays: string, goes: string]>([
    ["usage_batches", "received_at", "47 hours", "49 hours"],
    ["tracked_events", "received_at", "29 days", "31 days"],
    ["dead_letters", "created_at", "89 days", "91 days"],
    ["unknown_toggle_usage", "month", "1 month", "2 months"],
    ["usage_drops", "month", "13 months", "14 months"],
    ["toggle_usage", "month", "13 months", "14 months"],
  ])("of %s by %s: %s, %s", async (table, column, stays, goes) => {
    await fill();
    await age(table, column, stays);
    await sweep();
    const young = await count(table);
    await age(table, column, goes, stays);
    await sweep();

    expect([young, await count(table)]).toEqual([2, 0]);
  });

  test("in small steps, as long as it may go on", async () => {
    for (let at = 0; at < 3; at++) await fill();
    await age("dead_letters", "created_at", "91 days");
    let asked = 0;

    const first = await sweepExpired({ system }, USUAL, { goOn: () => ++asked <= 5, most: 1 });
    const rest = await sweepExpired({ system }, USUAL, { goOn: () => true, most: 1 });

    expect(first).toEqual([{ table: "dead_letters", rows: 1, months: 0 }]);
    expect(rest).toEqual([{ table: "dead_letters", rows: 5, months: 0 }]);
  });

  test("once, however many sweep", async () => {
    for (let at = 0; at < 5; at++) await fill();
    await age("dead_letters", "created_at", "91 days");

    const swept = await Promise.all(Array.from({ length: 4 }, () => sweep({ most: 2 })));

    expect(swept.flat().reduce((sum, { rows }) => sum + rows, 0)).toBe(10);
    expect(await count("dead_letters")).toBe(0);
  });
});

describe("a whole month", () => {
  test("is dropped once it is over for long enough, and again where somebody was in its way", async () => {
    await makeMonth("toggle_usage", 15);
    await makeMonth("toggle_usage", 12);
    const reader = await admin.connect();
    await reader.query("begin; select from burgee.toggle_usage limit 1");

    const inTheWay = await sweep();
    await reader.query("commit");
    reader.release();
    const swept = await sweep();

    expect([inTheWay, swept]).toEqual([[], [{ table: "toggle_usage", rows: 0, months: 1 }]]);
    expect(await monthsBefore("toggle_usage")).toBe(1);
  });

  test("of the outbox stays while anything in it is not published", async () => {
    await makeMonth("outbox", 3);
    await toPast("outbox", 3);

    expect(await sweep()).toEqual([]);
    await publish();
    expect(await sweep()).toContainEqual({ table: "outbox", rows: 0, months: 1 });
  });

  test("of the audit trail is never dropped", async () => {
    const asked = admin.query("select burgee.lock_expired_month('audit_entries', now()::date)");
    await expect(asked).rejects.toMatchObject({ code: "42501" });
    const dropped = admin.query("select burgee.drop_expired_month('outbox', now()::date)");
    await expect(dropped).rejects.toMatchObject({ code: "42501" });
  });
});

test("whoever publishes loses nothing to a sweep of the outbox at the same time", async () => {
  for (const key of ["staging", "test"]) await createEnvironment(caller, { project: "web", key, name: key });
  for (let expectedVersion = 1; expectedVersion <= 20; expectedVersion++) {
    const enabled = expectedVersion % 2 === 0;
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion, enabled });
    if (expectedVersion % 5 === 0) await toPast("outbox", 4);
  }
  let isDone = false;
  const sweeping = (async () => {
    while (!isDone) await sweep({ most: 3 });
  })();

  await publish();
  isDone = true;
  await sweeping;
  await sweep();

  const { rows } = await admin.query(
    `select environment.revision = ruleset.revision as is_whole,
            (select count(*)::int from burgee.outbox where outbox.tenant_id = environment.tenant_id and month < now() - interval '2 months') as old
       from burgee.environments environment join burgee.rulesets ruleset using (tenant_id, environment_id)
      where tenant_id = $1`,
    [caller.person.tenantId],
  );
  expect(rows).toEqual(Array.from({ length: 3 }, () => ({ is_whole: true, old: 0 })));
});

function sweep(options: { readonly most?: number } = {}) {
  return sweepExpired({ system }, USUAL, { goOn: () => true, ...options });
}

/** Two rows of each. */
async function fill(): Promise<void> {
  const { id } = await issueSdkKey(caller, { kind: "srv", name: "Test" });
  const { tenantId, home } = caller.person;
  for (let at = 0; at < 2; at++) {
    await recordUsage(db, { tenantId, environmentId: home.environmentId }, sdkKeyId.parse(id), {
      batchId: randomUUID(),
      sdk: { name: "js-server", version: "0.1.0" },
      applied: null,
      counts: [{ toggle: "cart", variant: `v${at}`, version: 1, count: 3 }],
      events: [],
      unknownKeys: [{ key: `crat${at}`, count: 1 }],
      dropped: at === 0 ? { evaluations: 1, events: 0 } : { evaluations: 0, events: 1 },
    });
    await system.addDeadLetter({ tenantId, source: "test", payload: {}, error: "none", attempts: 1 });
  }
  await admin.query(
    `insert into burgee.tracked_events (tenant_id, month, batch_id, position, environment_id, name, context, happened_at)
     select $1, date_trunc('month', now()), gen_random_uuid(), position, $2, 'bought', '{}', now() from generate_series(0, 1) position`,
    [tenantId, home.environmentId],
  );
}

/** Makes rows older, as if `by` were all that they are. */
async function age(table: string, column: string, by: string, than = "0 days"): Promise<void> {
  await admin.query(
    `update burgee.${table} set ${column} = ${column} - $1::interval + $2::interval where tenant_id = $3`,
    [by, than, caller.person.tenantId],
  );
}

async function toPast(table: string, months: number): Promise<void> {
  await admin.query(
    `update burgee.${table} set month = month - make_interval(months => $1)
      where tenant_id = $2 and month > now() - interval '2 months'`,
    [months, caller.person.tenantId],
  );
}

async function count(table: string): Promise<number> {
  const { rows } = await admin.query(
    `select count(*)::int as count from burgee.${table} where tenant_id = $1`,
    [caller.person.tenantId],
  );
  return rows[0].count;
}

/** A partition for a month that is over, as it was made in time once. */
async function makeMonth(table: string, monthsAgo: number): Promise<void> {
  const { rows } = await admin.query(
    `select $1 || to_char(date_trunc('month', now()) - make_interval(months => $2), '_YYYY_MM') as name,
            (date_trunc('month', now()) - make_interval(months => $2))::date::text as starts,
            (date_trunc('month', now()) - make_interval(months => $2 - 1))::date::text as ends`,
    [table, monthsAgo],
  );
  const [{ name, starts, ends }] = rows;
  await admin.query(
    `create table burgee.${name} partition of burgee.${table} for values from ('${starts}') to ('${ends}')`,
  );
  await admin.query(`alter table burgee.${name} owner to burgee_owner`);
  await admin.query(
    `select burgee.protect_by_tenant('burgee.${name}'), burgee.open_to_system('burgee.${name}')`,
  );
}

async function monthsBefore(table: string): Promise<number> {
  const { rows } = await admin.query(
    `select count(*)::int as count from pg_class where relname ~ ('^' || $1 || '_[0-9]{4}_[0-9]{2}$')
        and right(relname, 7) < to_char(now(), 'YYYY_MM')`,
    [table],
  );
  return rows[0].count;
}

/** All that waits. */
async function publish(): Promise<void> {
  const outcomes: string[] = [];
  const ports: PublisherPorts = {
    ...{ db, system, keyring },
    announce: async () => undefined,
    onOutcome: (_, { outcome }) => outcomes.push(outcome),
  };
  for (const environment of await system.listUnpublished(100)) await publishEnvironment(ports, environment);
  expect(new Set(outcomes)).toEqual(new Set(["published"]));
}
