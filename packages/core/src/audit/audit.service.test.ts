import type { AuditEntry, TenantId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aRollout, at, forMs, HOUR_MS, seen } from "../../test/rollout.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { listEnvironments } from "../environments/list-environments.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { sdkKeyId } from "../ids.ts";
import { abortRollout } from "../rollouts/abort-rollout.ts";
import { applyRolloutStep } from "../rollouts/apply-rollout-step.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { revokeSdkKey } from "../sdk-keys/revoke-sdk-key.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { listAudit } from "./list-audit.ts";
import { verifyAuditChain } from "./verify-audit-chain.ts";

const installation = await install();
const { db, admin, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
});
afterAll(() => installation.close());

describe("the audit trail", () => {
  test("tells of every kind of change, each at its place in one chain", async () => {
    await changeMuch(caller);

    const entries = await chainOf(caller.person.tenantId);

    expect(entries.map(({ action }) => action)).toEqual([
      "tenant.created",
      "project.created",
      "environment.created",
      "toggle.created",
      "toggle.disabled",
      "toggle.enabled",
      "rollout.created",
      "rollout.started",
      "rollout.step_applied",
      "rollout.aborted",
      "sdk_key.issued",
      "sdk_key.revoked",
      "toggle.archived",
    ]);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect(await verifyAuditChain(caller, caller.person)).toEqual({
      verified: entries.length,
      fault: undefined,
    });
  });

  test("says who changed what, from what to what, at which revision, and for which request", async () => {
    await aToggle(caller, "cart");
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });

    const { items } = await listAudit(caller, { limit: 1 });

    expect(items).toMatchObject([
      {
        actor: `user:${caller.person.userId}`,
        action: "toggle.disabled",
        object: "toggle/web/cart",
        revision: 3,
        requestId: "req-1",
        before: { enabled: true },
        after: { enabled: false },
      },
    ]);
  });

  test("tells a toggle's targets by what came and went, and not by their list", async () => {
    const many = Array.from({ length: 9_999 }, (_, at) => `somebody-with-a-long-id-${at}`);
    await aToggle(caller, "cart", { targets: { on: many, off: ["bo"] } });
    const change = { toggle: "cart", expectedVersion: 1, enabled: true, default: true };
    const targets = { on: [...many, "ada"] };
    await updateSetting(caller, parseInput(updateSettingInput, { ...change, targets }));

    const { items } = await listAudit(caller, { limit: 2 });

    expect(items[0]).toMatchObject({
      before: { targets: { on: { count: 9_999 }, off: { count: 1 } } },
      after: {
        targets: {
          on: { count: 10_000, added: { count: 1, ids: ["ada"] }, removed: { count: 0 } },
          off: { count: 0, removed: { count: 1, ids: ["bo"] } },
        },
      },
    });
    expect(JSON.stringify(items).length).toBeLessThan(5_000);
  });

  test("holds through changes that are made at once", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => aToggle(caller, `toggle-${index}`)));

    const entries = await chainOf(caller.person.tenantId);

    expect(entries).toHaveLength(15);
    expect(await verifyAuditChain(caller, caller.person)).toEqual({
      verified: entries.length,
      fault: undefined,
    });
  });

  test("goes page by page, newest first", async () => {
    const first = await listAudit(caller, { limit: 2 });
    const second = await listAudit(caller, { limit: 2, before: first.nextBefore ?? 0 });

    expect(first).toMatchObject({ items: [{ seq: 3 }, { seq: 2 }], nextBefore: 2 });
    expect(second).toMatchObject({ items: [{ seq: 1 }], nextBefore: null });
    expect(await listAudit(caller, { limit: 3 })).toMatchObject({ nextBefore: null });
  });
});

describe("an entry", () => {
  test("is not touched through the application, nor by the tables' owner", async () => {
    const { tenantId } = caller.person;
    for (const role of ["burgee_app", "burgee_owner"]) {
      for (const statement of [
        "update burgee.audit_entries set actor = 'mallory'",
        "delete from burgee.audit_entries",
      ]) {
        const client = await admin.connect();
        await client.query(`begin; set local role ${role}`);
        await client.query("select set_config('burgee.tenant_id', $1, true)", [tenantId]);

        await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });

        await client.query("rollback");
        client.release();
      }
    }
  });
});

test("a change whose audit entry can't be written does not happen", async () => {
  await aToggle(caller, "cart");
  const { id } = await issueSdkKey(caller, { kind: "srv", name: "Kept" });
  await admin.query("revoke insert on burgee.audit_entries from burgee_app");
  onTestFinished(async () => {
    await admin.query("grant insert on burgee.audit_entries to burgee_app");
  });
  const nudged = installation.nudges.length;

  const refused = { code: "42501" };
  await expect(
    setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false }),
  ).rejects.toMatchObject(refused);
  await expect(archiveToggle(caller, { key: "cart", expectedVersion: 1 })).rejects.toMatchObject(refused);
  await expect(aToggle(caller, "menu")).rejects.toMatchObject(refused);
  await expect(createEnvironment(caller, { key: "staging", name: "Staging" })).rejects.toMatchObject(refused);
  await expect(issueSdkKey(caller, { kind: "srv", name: "Shop" })).rejects.toMatchObject(refused);
  await expect(revokeSdkKey(caller, { id: sdkKeyId.parse(id) })).rejects.toMatchObject(refused);

  expect(await getToggle(caller, { key: "cart" })).toMatchObject({
    archived: false,
    settings: [{ version: 1, enabled: true }],
  });
  expect(await listEnvironments(caller, {})).toMatchObject([{ revision: 2 }]);
  expect(installation.nudges).toHaveLength(nudged);
  const keys = await db.read(caller.person.tenantId, ({ sdkKeys }) => sdkKeys.list());
  expect(keys).toMatchObject([{ name: "Kept", revokedAt: null }]);
});

async function changeMuch(caller: AtHome): Promise<void> {
  const rules = [{ condition: "name == 'Zoë'", value: true, rollout: { type: "percentage", value: 0.1 } }];
  await aToggle(caller, "cart", { description: "A basket 🧺 \u0007", rules });
  await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
  await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 2, enabled: true });
  const steps = [at(0.001, forMs(HOUR_MS)), at(50)];
  const plan = await aRollout(caller, { settingVersion: 3, steps });
  const scheduled = installation.scheduled.at(-1);
  if (!scheduled) throw new Error("No step was scheduled.");
  await applyRolloutStep(caller, scheduled.step);
  await abortRollout(caller, { ...seen(plan), expectedVersion: plan.version + 1 });
  await issueSdkKey(caller, { kind: "srv", name: "Shop" });
  const [key] = await db.read(caller.person.tenantId, ({ sdkKeys }) => sdkKeys.list());
  if (key) await revokeSdkKey(caller, { id: key.sdkKeyId });
  await archiveToggle(caller, { key: "cart", expectedVersion: 4 });
}

/** All of a tenant's entries, the oldest first. */
async function chainOf(tenantId: TenantId): Promise<readonly AuditEntry[]> {
  const entries = await db.read(tenantId, ({ audit }) => audit.list({ before: undefined, limit: 100 }));
  return entries.toReversed();
}
