import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { getDraftBasis, getDraftBasisInput } from "./get-draft-basis.ts";
import { listHistory, listHistoryInput } from "./list-history.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "./update-setting.ts";

const installation = await install();
const { nudges, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  await aToggle(caller, "cart");
  nudges.length = 0;
});
afterAll(() => installation.close());

describe("updating a setting", () => {
  test("makes the next version and the next revision, and nudges", async () => {
    const { updatedAt } = await getToggle(caller, { key: "cart" });
    const rules = [{ condition: "userId in ['abc123']", value: false }];

    const updated = await update({ rules });

    expect(updated).toMatchObject({ revision: 3, settings: [{ version: 2, rules: [{ variant: "off" }] }] });
    expect(nudges).toEqual([
      {
        tenantId: caller.person.tenantId,
        environmentId: caller.person.home.environmentId,
        revision: 3,
      },
    ]);
    const stored = await getToggle(caller, { key: "cart" });
    expect(stored).toMatchObject({ settings: updated.settings, updatedAt: updated.updatedAt });
    expect(stored.updatedAt > updatedAt).toBe(true);
  });

  test("over a version that is not the newest is a conflict that carries both states, and changes nothing", async () => {
    await update({ default: false });
    nudges.length = 0;

    await expect(update({ enabled: false })).rejects.toMatchObject({
      code: "version_conflict",
      message: "Somebody changed this setting meanwhile: it is at version 2, and you changed version 1.",
      details: {
        expectedVersion: 1,
        expected: { enabled: true, default: "on" },
        current: { environment: "production", version: 2, enabled: true, default: "off" },
      },
    });
    expect((await getToggle(caller, { key: "cart" })).settings).toMatchObject([{ version: 2 }]);
    expect(nudges).toEqual([]);
  });

  test("over a version that never was says so", async () => {
    await expect(update({ expectedVersion: 2_000_000_000 })).rejects.toMatchObject({
      code: "version_conflict",
      details: { expectedVersion: 2_000_000_000, expected: null, current: { version: 1 } },
    });
  });

  test("succeeds for one of eight who change the same version at once", async () => {
    const updates = Array.from({ length: 8 }, (_, index) => update({ default: index % 2 === 0 }));

    const ended = await Promise.allSettled(updates);

    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await getToggle(caller, { key: "cart" })).settings).toMatchObject([{ version: 2 }]);
  });

  test("refuses a toggle that is archived, and one that is not there", async () => {
    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    await expect(update({ expectedVersion: 2 })).rejects.toMatchObject({ code: "toggle_archived" });
    await expect(update({ toggle: "basket" })).rejects.toMatchObject({ code: "toggle_not_found" });
  });

  test("refuses a value that the toggle's variants lack", async () => {
    await expect(update({ default: "blue" })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/default", message: 'No variant is "blue"; there are on (true), off (false).' }],
    });
  });
});

test("turning a toggle off and on leaves its rules alone", async () => {
  await update({ rules: [{ id: "r1", condition: "userId == 'ada'", value: true }] });

  const off = await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 2, enabled: false });
  const on = await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 3, enabled: true });

  expect(off.settings).toMatchObject([{ version: 3, enabled: false, rules: [{ id: "r1" }] }]);
  expect(on.settings).toMatchObject([{ version: 4, enabled: true, rules: [{ id: "r1" }] }]);
});

test("keeps why a setting was changed, beside the version and in the audit trail", async () => {
  await update({ default: false, comment: "  The vendor is down.  " });
  await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 2, enabled: false });

  const { items } = await listHistory(caller, parseInput(listHistoryInput, { toggle: "cart" }));
  const audit = await listAudit(caller, { limit: 2 });

  expect(items.map(({ comment }) => comment)).toEqual([null, "The vendor is down.", null]);
  expect(items[1]).toMatchObject({ variants: { on: true, off: false } });
  expect(audit.items[1]).toMatchObject({ after: { comment: "The vendor is down." } });
});

test("keeps a rule's title until it is taken away", async () => {
  const rule = { id: "r1", condition: "userId == 'ada'", value: true };
  await update({ rules: [{ ...rule, title: "Pilots" }] });
  const kept = await update({ expectedVersion: 2, rules: [{ ...rule, value: false }] });
  const taken = await update({ expectedVersion: 3, rules: [{ ...rule, title: null }] });

  expect(kept.settings).toMatchObject([{ rules: [{ title: "Pilots", variant: "off" }] }]);
  expect(taken.settings[0]?.rules[0]).not.toHaveProperty("title");
});

describe("what drafts are tried with", () => {
  const basis = (input: object = {}) =>
    getDraftBasis(caller, parseInput(getDraftBasisInput, { toggle: "cart", ...input }));

  test("is the toggle as it is published, with the salts that its shares keep", async () => {
    const rollout = { type: "split", weights: { on: 30, off: 70 } };
    const { settings } = await update({ rules: [{ condition: "plan == 'pro'", value: true }], rollout });

    const { toggle, salt, ruleSalts, version } = await basis();

    expect(version).toBe(2);
    expect(toggle).toMatchObject({
      key: "cart",
      rules: [{ condition: { kind: "binary" }, serve: { type: "variant", variant: "on" } }],
      rollout: {
        type: "split",
        slices: [
          ["off", 0, 70_000],
          ["on", 70_000, 100_000],
        ],
        salt,
      },
    });
    expect(Object.keys(ruleSalts)).toEqual([settings[0]?.rules[0]?.id]);
  });

  test("has what a draft asks beside what is saved, and leaves out what is not there", async () => {
    await aToggle(caller, "payments");
    await createSegment(caller, parseInput(createSegmentInput, { key: "beta", include: ["ada"] }));

    expect(await basis()).toMatchObject({ toggles: {}, segments: {} });
    expect(await basis({ segments: ["beta", "gone"], prerequisites: ["payments", "gone"] })).toMatchObject({
      toggles: { payments: { key: "payments" } },
      segments: { beta: { include: ["ada"] } },
    });
  });
});

describe("the history of a setting", () => {
  const history = (page: object) =>
    listHistory(caller, parseInput(listHistoryInput, { toggle: "cart", ...page }));

  test("goes page by page, newest first", async () => {
    for (const expectedVersion of [1, 2, 3]) {
      await setToggleEnabled(caller, { toggle: "cart", expectedVersion, enabled: expectedVersion % 2 === 0 });
    }
    await archiveToggle(caller, { key: "cart", expectedVersion: 4 });

    const first = await history({ limit: 3 });
    const second = await history({ limit: 3, before: first.nextBefore });

    expect(
      first.items.map(({ version, revision, enabled, archived }) => [version, revision, enabled, archived]),
    ).toEqual([
      [5, 6, false, true],
      [4, 5, false, false],
      [3, 4, true, false],
    ]);
    expect(second.items.map(({ version }) => version)).toEqual([2, 1]);
    expect([first.nextBefore, second.nextBefore]).toEqual([3, null]);
    expect(first.items[0]).toMatchObject({ actor: `user:${caller.person.userId}`, default: "on" });
  });

  test("ends where a full page reaches the first version", async () => {
    expect(await history({ limit: 1 })).toMatchObject({ items: [{ version: 1 }], nextBefore: null });
  });
});

function update(input: object) {
  const whole = { toggle: "cart", expectedVersion: 1, enabled: true, default: true, ...input };
  return updateSetting(caller, parseInput(updateSettingInput, whole));
}
