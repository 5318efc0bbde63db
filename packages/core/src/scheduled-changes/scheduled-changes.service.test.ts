import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, aToggle, install } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAuditChain } from "../audit/verify-audit-chain.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { applyScheduledChangesJob } from "../jobs/apply-scheduled-changes.ts";
import { LIMITS } from "../limits.ts";
import { removeMember } from "../members/remove-member.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { applyDueChanges } from "./apply-due-changes.ts";
import { cancelScheduledChange, cancelScheduledChangeInput } from "./cancel-scheduled-change.ts";
import { createScheduledChange, createScheduledChangeInput } from "./create-scheduled-change.ts";
import { listScheduledChanges, listScheduledChangesInput } from "./list-scheduled-changes.ts";

const installation = await install();
const { system, admin, nudges, alarms, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  await aToggle(caller, "cart", { default: false });
  nudges.length = 0;
  alarms.length = 0;
});
afterAll(() => installation.close());

const HOUR_MS = 3_600_000;
const off = { type: "setEnabled", enabled: false };
const on = { type: "setEnabled", enabled: true };

describe("a scheduled change", () => {
  test("waits, is shown with the instant of its local time, and sets an alarm", async () => {
    const year = new Date().getUTCFullYear() + 1;
    const planned = await plan({ at: { local: `${year}-01-01T09:00:00`, zone: "Asia/Kolkata" } });

    expect(planned).toMatchObject({
      status: "waiting",
      at: `${year}-01-01T03:30:00.000Z`,
      zone: "Asia/Kolkata",
      plannedBy: `user:${caller.person.userId}`,
      change: off,
    });
    expect((await listed()).items).toEqual([planned]);
    expect(alarms).toEqual([
      {
        change: {
          tenantId: caller.person.tenantId,
          environmentId: caller.person.home.environmentId,
          scheduledChangeId: planned.id,
        },
        delayMs: Date.parse(planned.at) - Date.parse(planned.plannedAt),
      },
    ]);
    expect(await dueHere()).toEqual([]);
    expect(await apply()).toEqual([]);
    expect(await setting()).toMatchObject({ version: 1, enabled: true });
  });

  test("is applied when the database's clock says so, in the name of who planned it", async () => {
    const { id } = await plan({});
    await fallDue(id);
    expect(await dueHere()).toHaveLength(1);

    await applyScheduledChangesJob.run(caller, alarms[0]?.change ?? never());

    expect(await setting()).toMatchObject({ version: 2, enabled: false, updatedBy: `schedule:${id}` });
    expect((await listed()).items).toMatchObject([{ id, status: "applied", revision: 3, error: null }]);
    expect(nudges).toMatchObject([{ revision: 3 }]);
    expect((await listAudit(caller, { limit: 2 })).items).toMatchObject([
      {
        actor: `schedule:${id}`,
        action: "toggle.disabled",
        object: "toggle/web/cart",
        revision: 3,
        after: { enabled: false, onBehalfOf: `user:${caller.person.userId}` },
      },
      { actor: `user:${caller.person.userId}`, action: "scheduled_change.created" },
    ]);
    expect(await apply()).toEqual([]);
  });

  test("is applied once by eight workers at a time, and each in its order", async () => {
    const ids = [];
    for (let at = 0; at < 6; at++) ids.push((await plan({ change: at % 2 ? on : off })).id);
    for (const [at, id] of ids.entries()) await fallDue(id, ids.length - at);

    const outcomes = (await Promise.all(Array.from({ length: 8 }, apply))).flat();

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(ids.map(() => "applied"));
    const { rows } = await admin.query(
      "select actor, version from burgee.setting_versions where tenant_id = $1 and version > 1 order by version",
      [caller.person.tenantId],
    );
    expect(rows).toEqual(ids.map((id, at) => ({ actor: `schedule:${id}`, version: at + 2 })));
    expect(await verifyAuditChain(caller, caller.person)).toMatchObject({ fault: undefined });
  });

  test("replaces a setting whole, checked when it is planned and when it is applied", async () => {
    const change = { type: "update", enabled: true, default: false, rules: [rule("region == 'IN'")] };
    const { id } = await plan({ change });
    const broken = plan({ change: { ...change, rules: [rule("region ==")] } });
    await expect(broken).rejects.toMatchObject({ code: "invalid_input" });
    await fallDue(id);

    await apply();

    expect(await setting()).toMatchObject({ rules: [{ condition: "region == 'IN'" }] });
  });

  test("for a version is a conflict once another one stands, and overwrites nothing", async () => {
    const { id } = await plan({ expectedVersion: 1 });
    const { id: whatever } = await plan({ change: on });
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
    await fallDue(id, 2);
    await fallDue(whatever, 1);

    expect(await apply()).toMatchObject([{ outcome: "conflict" }, { outcome: "applied" }]);

    expect((await listed()).items).toMatchObject([
      { id: whatever, status: "applied" },
      { id, status: "conflict", error: { code: "version_conflict" } },
    ]);
    expect(await setting()).toMatchObject({ version: 3, enabled: true });
    await expect(plan({ expectedVersion: 1 })).rejects.toMatchObject({ code: "version_conflict" });
  });

  test("fails where whoever planned it may not make it any more, and the trail says so", async () => {
    const editor = await addMember(caller, "editor");
    const gone = await addMember(caller, "editor");
    const { id } = await plan({}, editor);
    const { id: ofGone } = await plan({}, gone);
    await setMemberRole(caller, { userId: editor.person.userId, role: "viewer" });
    await removeMember(caller, { userId: gone.person.userId });
    await fallDue(id, 2);
    await fallDue(ofGone, 1);

    expect(await apply()).toMatchObject([{ outcome: "failed" }, { outcome: "failed" }]);

    expect((await listed({ status: "failed" })).items).toMatchObject([
      { id: ofGone, error: { code: "forbidden", message: expect.stringContaining("no more") } },
      { id, error: { code: "forbidden", message: expect.stringContaining("toggle.write") } },
    ]);
    expect((await listAudit(caller, { limit: 1 })).items).toMatchObject([
      { actor: `schedule:${ofGone}`, action: "scheduled_change.failed", after: { code: "forbidden" } },
    ]);
    expect(await setting()).toMatchObject({ version: 1 });
    const { rows: told } = await admin.query(
      "select data ->> 'id' as id, data ->> 'code' as code from burgee.notices where tenant_id = $1 and type = 'change.failed' order by created_at",
      [caller.person.tenantId],
    );
    expect(told).toEqual([
      { id, code: "forbidden" },
      { id: ofGone, code: "forbidden" },
    ]);
  });

  test("that goes wrong on our side is tried again later, and holds up no other toggle's", async () => {
    await aToggle(caller, "menu", { default: false });
    const { id } = await plan({});
    const { id: after } = await plan({ change: on });
    const { id: other } = await plan({ toggle: "menu" });
    for (const [at, each] of [id, after, other].entries()) await fallDue(each, 3 - at);
    await breakSetting(true);

    expect(await apply()).toMatchObject([
      { outcome: "put_off", scheduledChangeId: id },
      { outcome: "applied", scheduledChangeId: other },
    ]);
    await breakSetting(false);
    await admin.query("update burgee.scheduled_changes set try_at = now() where scheduled_change_id = $1", [
      id,
    ]);

    expect(await apply()).toMatchObject([
      { outcome: "applied", scheduledChangeId: id },
      { outcome: "applied", scheduledChangeId: after },
    ]);
  });

  test("is given up after eight times", async () => {
    const { id } = await plan({});
    await fallDue(id);
    await breakSetting(true);
    await admin.query("update burgee.scheduled_changes set failures = 7 where scheduled_change_id = $1", [
      id,
    ]);

    expect(await apply()).toMatchObject([{ outcome: "failed" }]);

    expect((await listed()).items).toMatchObject([{ status: "failed", error: { code: "unavailable" } }]);
    await breakSetting(false);
  });

  test("is taken back once, and never applied from then on", async () => {
    const { id } = await plan({});
    const input = parseInput(cancelScheduledChangeInput, { id });

    expect(await cancelScheduledChange(caller, input)).toMatchObject({
      id,
      status: "cancelled",
      toggle: "cart",
    });
    await fallDue(id);

    expect(await apply()).toEqual([]);
    await expect(cancelScheduledChange(caller, input)).rejects.toMatchObject({
      code: "scheduled_change_ended",
    });
    const stranger = await newTenant();
    await expect(cancelScheduledChange(stranger, input)).rejects.toMatchObject({
      code: "scheduled_change_not_found",
    });
  });

  test("goes with its toggle", async () => {
    await plan({});

    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    expect((await listed()).items).toMatchObject([{ status: "cancelled" }]);
    await expect(plan({})).rejects.toMatchObject({ code: "toggle_archived" });
  });

  test.each([
    ["yesterday", -24 * HOUR_MS],
    ["in two years", 2 * 366 * 24 * HOUR_MS],
  ])("%s is refused", async (_, fromNowMs) => {
    const planned = plan({ at: new Date(Date.now() + fromNowMs).toISOString() });

    await expect(planned).rejects.toMatchObject({ issues: [{ pointer: "/at", code: "not_ahead" }] });
  });

  test("is one of a bounded number", async () => {
    await plan({});
    await admin.query(
      `insert into burgee.scheduled_changes (tenant_id, scheduled_change_id, environment_id, toggle_id, edit, due_at, try_at, planned_by)
       select tenant_id, gen_random_uuid(), environment_id, toggle_id, edit, due_at, try_at, planned_by
         from burgee.scheduled_changes, generate_series(2, $2) where tenant_id = $1`,
      [caller.person.tenantId, LIMITS.scheduledChanges],
    );

    await expect(plan({})).rejects.toMatchObject({ code: "limit_reached" });
    const first = await listed({ limit: 30 });
    const next = await listed({ limit: 30, cursor: first.nextCursor ?? undefined });
    expect([first.items.length, next.items.length, next.nextCursor]).toEqual([30, 20, null]);
    expect(new Set([...first.items, ...next.items].map(({ id }) => id)).size).toBe(50);
  });

  test("of a tenant that goes waits", async () => {
    const { id } = await plan({});
    await fallDue(id);
    await caller.db.transactAlone(caller.person.tenantId, ({ deletions }) =>
      deletions.request({ receiptHash: Buffer.alloc(32), delayMs: HOUR_MS }),
    );

    expect(await dueHere()).toEqual([]);
    expect(await apply().catch((error: unknown) => error)).toEqual([]);
  });
});

function plan(input: object, planner: AtHome = caller) {
  const at = new Date(Date.now() + HOUR_MS).toISOString();
  return createScheduledChange(
    planner,
    parseInput(createScheduledChangeInput, { toggle: "cart", at, change: off, ...input }),
  );
}

function listed(input: object = {}) {
  return listScheduledChanges(caller, parseInput(listScheduledChangesInput, input));
}

function apply() {
  return applyDueChanges(caller, {
    tenantId: caller.person.tenantId,
    environmentId: caller.person.home.environmentId,
  });
}

async function dueHere() {
  const due = await system.listDueChanges(1_000);
  return due.filter(({ tenantId }) => tenantId === caller.person.tenantId);
}

/** As if its moment had come so many seconds ago. */
async function fallDue(id: string, secondsAgo = 1): Promise<void> {
  await admin.query(
    `update burgee.scheduled_changes set due_at = now() - make_interval(secs => $2), try_at = now() - make_interval(secs => $2)
      where scheduled_change_id = $1`,
    [id, secondsAgo],
  );
}

/** What can't be read goes wrong where nobody foresaw it. */
async function breakSetting(broken: boolean): Promise<void> {
  const state = broken ? "state || '{\"rules\": 7}'" : "state || '{\"rules\": []}'";
  await admin.query(
    `update burgee.settings set state = ${state} from burgee.toggles
      where toggles.tenant_id = settings.tenant_id and toggles.toggle_id = settings.toggle_id
        and settings.tenant_id = $1 and toggles.key = 'cart'`,
    [caller.person.tenantId],
  );
}

async function setting() {
  const { settings } = await getToggle(caller, { key: "cart" });
  return settings[0];
}

function rule(condition: string): object {
  return { condition, value: true };
}

function never(): never {
  throw new Error("No alarm was set.");
}
