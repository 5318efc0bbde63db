import { eventually } from "@burgee/test-support";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aRollout } from "../../test/rollout.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { applyRolloutStepJob } from "../jobs/apply-rollout-step.ts";
import { LIMITS } from "../limits.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { applyRolloutStep } from "./apply-rollout-step.ts";
import { cancelRollout, cancelRolloutInput } from "./cancel-rollout.ts";
import { listRollouts } from "./list-rollouts.ts";
import { startRolloutInput } from "./start-rollout.ts";

const installation = await install();
const { system, admin, nudges, scheduled, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  await aToggle(caller, "cart", { default: false });
  nudges.length = 0;
  scheduled.length = 0;
});
afterAll(() => installation.close());

const half = { toggle: "cart", enabled: true, default: false, rollout: { type: "percentage", value: 50 } };
const threeSteps = [
  { percentage: 10, afterMs: 0 },
  { percentage: 50, afterMs: 30 },
  { percentage: 100, afterMs: 30 },
];

describe("a plan that would take users out", () => {
  test("is refused where its first step lies below the percentage that stands", async () => {
    await updateSetting(caller, parseInput(updateSettingInput, { ...half, expectedVersion: 1 }));

    const issue = { pointer: "/steps/0/percentage", code: "falling_percentage" };
    await expect(aRollout(caller, { expectedVersion: 2 })).rejects.toMatchObject({ issues: [issue] });
    await expect(
      aRollout(caller, { expectedVersion: 2, steps: [{ percentage: 50, afterMs: 0 }] }),
    ).resolves.toMatchObject({ status: "running" });
  });

  test("is refused where another variant's rollout stands", async () => {
    await updateSetting(caller, parseInput(updateSettingInput, { ...half, expectedVersion: 1 }));

    const issue = { pointer: "/variant", code: "other_variant" };
    await expect(aRollout(caller, { expectedVersion: 2, variant: "off" })).rejects.toMatchObject({
      issues: [issue],
    });
  });

  test("is refused where a split stands", async () => {
    const rollout = { type: "split", weights: { on: 30, off: 70 } };
    await updateSetting(caller, parseInput(updateSettingInput, { ...half, rollout, expectedVersion: 1 }));

    const message = expect.stringContaining("A split stands as the rollout");
    await expect(aRollout(caller, { expectedVersion: 2 })).rejects.toMatchObject({
      issues: [{ pointer: "/variant", code: "other_variant", message }],
    });
  });
});

describe("a plan of three steps", () => {
  test("applies each once, in order, when the database's clock says so", async () => {
    const started = await aRollout(caller, { steps: threeSteps });
    expect(started).toMatchObject({ status: "running", appliedSteps: 0, steps: threeSteps });
    expect(scheduled).toMatchObject([{ step: { step: 1 }, delayMs: 0 }]);

    const outcomes = [];
    for (const step of [1, 2, 3]) outcomes.push(await eventually(() => appliedOf(step)));

    expect(outcomes).toMatchObject([
      { step: 1, revision: 3, nextAfterMs: 30 },
      { step: 2, revision: 4, nextAfterMs: 30 },
      { step: 3, revision: 5, nextAfterMs: undefined },
    ]);
    expect((await getToggle(caller, { key: "cart" })).settings).toMatchObject([
      {
        version: 4,
        rollout: { value: 100, variant: "on", stickiness: "userId" },
        updatedBy: `rollout:${started.id}`,
      },
    ]);
    expect(await rollouts()).toMatchObject([{ status: "completed", appliedSteps: 3, nextAt: null }]);
    expect(nudges.map(({ revision }) => revision)).toEqual([3, 4, 5]);
    expect(scheduled.map(({ step, delayMs }) => [step.step, delayMs])).toEqual([
      [1, 0],
      [2, 30],
      [3, 30],
    ]);
    await expect(applyNext()).resolves.toEqual({ outcome: "not_due" });
  });

  test("is found by the sweep while a step is due, and by that alone", async () => {
    const { id } = await aRollout(caller, {
      steps: threeSteps.map((step, n) => ({ ...step, afterMs: n * 3_600_000 })),
    });

    expect(await dueOf(id)).toMatchObject([{ nextStep: 1 }]);
    await applyNext();
    expect(await dueOf(id)).toEqual([]);
    await expect(applyNext()).resolves.toEqual({ outcome: "not_due" });
    expect(await rollouts()).toMatchObject([{ appliedSteps: 1 }]);
  });

  test("takes a step once, however many workers race for it", async () => {
    await aRollout(caller, { steps: threeSteps.map((step, n) => ({ ...step, afterMs: n * 3_600_000 })) });

    const outcomes = await Promise.all(Array.from({ length: 8 }, applyNext));

    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([
      "applied",
      ...Array(7).fill("not_due"),
    ]);
    expect((await getToggle(caller, { key: "cart" })).settings).toMatchObject([{ version: 2 }]);
    const { rows } = await admin.query(
      "select step, buckets from burgee.rollout_steps where tenant_id = $1",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([{ step: 1, buckets: 10_000 }]);
  });

  test("keeps the users of a rollout that was there: its attribute and its salt", async () => {
    const rollout = { type: "percentage", value: 1, stickiness: "companyId" };
    await aToggle(caller, "menu", { default: false, rollout });
    const saltOf = () =>
      admin.query("select salt from burgee.settings where tenant_id = $1 order by salt", [
        caller.person.tenantId,
      ]);
    const before = await saltOf();
    await aRollout(caller, { toggle: "menu" });

    await applyNext();

    expect((await getToggle(caller, { key: "menu" })).settings).toMatchObject([
      { rollout: { value: 10, stickiness: "companyId" } },
    ]);
    expect((await saltOf()).rows).toEqual(before.rows);
  });
});

describe("a plan stops", () => {
  test("as a conflict with a person's edit, at once, so that another plan can start", async () => {
    await aRollout(caller, { steps: threeSteps });
    await applyNext();
    const edited = await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 2, enabled: false });

    expect(await rollouts()).toMatchObject([{ status: "conflict", appliedSteps: 1, nextAt: null }]);
    await expect(applyNext()).resolves.toEqual({ outcome: "not_due" });
    expect((await getToggle(caller, { key: "cart" })).settings).toEqual(edited.settings);
    expect((await listAudit(caller, { limit: 2 })).items.map(({ action }) => action)).toEqual([
      "toggle.disabled",
      "rollout.conflicted",
    ]);
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 3, enabled: true });
    await expect(aRollout(caller, { expectedVersion: 4 })).resolves.toMatchObject({ status: "running" });
  });

  test("as a conflict where the setting is found at another version, and overwrites nothing", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await admin.query(
      "update burgee.rollout_plans set setting_version = 7 where tenant_id = $1 and rollout_plan_id = $2",
      [caller.person.tenantId, id],
    );
    const { settings: before } = await getToggle(caller, { key: "cart" });

    await expect(applyNext()).resolves.toEqual({ outcome: "conflict" });

    expect((await getToggle(caller, { key: "cart" })).settings).toEqual(before);
    expect(await rollouts()).toMatchObject([{ status: "conflict", appliedSteps: 0, nextAt: null }]);
  });

  test("where a person cancels it, and leaves the percentage as it is", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await applyNext();

    const cancelled = await cancelRollout(caller, parseInput(cancelRolloutInput, { id }));

    expect(cancelled).toMatchObject({ status: "cancelled", appliedSteps: 1, nextAt: null });
    await expect(applyNext()).resolves.toEqual({ outcome: "not_due" });
    expect((await getToggle(caller, { key: "cart" })).settings).toMatchObject([
      { version: 2, rollout: { value: 10 } },
    ]);
    const again = cancelRollout(caller, parseInput(cancelRolloutInput, { id }));
    await expect(again).rejects.toMatchObject({ code: "rollout_ended" });
  });

  test("where its toggle is archived", async () => {
    await aRollout(caller, { steps: threeSteps });

    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    expect(await rollouts()).toMatchObject([{ status: "cancelled" }]);
    await expect(applyNext()).resolves.toEqual({ outcome: "not_due" });
  });

  test("for no stranger: another tenant's plan is not there", async () => {
    const { id } = await aRollout(caller);
    const stranger = await newTenant();

    const cancel = cancelRollout(stranger, parseInput(cancelRolloutInput, { id }));
    await expect(cancel).rejects.toMatchObject({ code: "rollout_not_found" });
    const step = scheduled.at(-1)?.step;
    if (!step) throw new Error("No step was scheduled.");
    const apply = applyRolloutStep(caller, { ...step, tenantId: stranger.person.tenantId });
    await expect(apply).resolves.toEqual({ outcome: "not_due" });
  });
});

describe("a plan is refused", () => {
  test.each<[string, object, object]>([
    ["for an unknown toggle", { toggle: "menu" }, { code: "toggle_not_found" }],
    [
      "for a variant that the toggle lacks",
      { variant: "blue" },
      { code: "invalid_input", issues: [{ pointer: "/variant" }] },
    ],
    [
      "over a stale version",
      { expectedVersion: 2 },
      { code: "version_conflict", details: { expectedVersion: 2, expected: null, current: { version: 1 } } },
    ],
  ])("%s", async (_, input, error) => {
    await expect(aRollout(caller, input)).rejects.toMatchObject(error);
    expect(scheduled).toEqual([]);
  });

  test("for a toggle that is off, and one that is archived", async () => {
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
    await expect(aRollout(caller, { expectedVersion: 2 })).rejects.toMatchObject({ code: "toggle_disabled" });

    await archiveToggle(caller, { key: "cart", expectedVersion: 2 });
    await expect(aRollout(caller, { expectedVersion: 3 })).rejects.toMatchObject({ code: "toggle_archived" });
  });

  test("while another one runs, and taken once that has ended", async () => {
    const { id } = await aRollout(caller);
    await expect(aRollout(caller)).rejects.toMatchObject({ code: "rollout_running" });

    await cancelRollout(caller, parseInput(cancelRolloutInput, { id }));

    await expect(aRollout(caller)).resolves.toMatchObject({ status: "running" });
    expect(await rollouts()).toMatchObject([{ status: "running" }, { status: "cancelled" }]);
  });

  const steps = (...percentages: unknown[]) => percentages.map((percentage) => ({ percentage, afterMs: 0 }));
  test.each<[string, object, string]>([
    ["without a step", { steps: [] }, "/steps"],
    [
      "with too many steps",
      { steps: Array.from({ length: LIMITS.rolloutSteps + 1 }, (_, n) => ({ percentage: n, afterMs: 0 })) },
      "/steps",
    ],
    ["that shrinks", { steps: steps(50, 10) }, "/steps"],
    ["that stands still", { steps: steps(50, 50) }, "/steps"],
    ["of 101 %", { steps: steps(101) }, "/steps/0/percentage"],
    ["that waits a negative time", { steps: [{ percentage: 1, afterMs: -1 }] }, "/steps/0/afterMs"],
    [
      "that waits for years",
      { steps: [{ percentage: 1, afterMs: LIMITS.rolloutStepDelayMs + 1 }] },
      "/steps/0/afterMs",
    ],
    ["over version 0", { expectedVersion: 0 }, "/expectedVersion"],
    ["over a version beyond all counting", { expectedVersion: 2 ** 40 }, "/expectedVersion"],
    ["with an unknown field", { colour: "red" }, ""],
  ])("%s", (_, input, pointer) => {
    const whole = { toggle: "cart", expectedVersion: 1, steps: steps(10), ...input };

    const issues = expect.arrayContaining([expect.objectContaining({ pointer })]);
    expect(() => parseInput(startRolloutInput, whole)).toThrow(expect.objectContaining({ issues }));
  });
});

test("the queue's job applies the step that is due", async () => {
  await aRollout(caller);
  const payload = applyRolloutStepJob.payload.parse(scheduled.at(-1)?.step);

  await applyRolloutStepJob.run(caller, payload);

  expect(applyRolloutStepJob.jobId(payload)).toBe(`${payload.rolloutPlanId}-1`);
  expect(await rollouts()).toMatchObject([{ status: "completed", appliedSteps: 1 }]);
});

function applyNext() {
  const step = scheduled.at(-1)?.step;
  if (!step) throw new Error("No step was scheduled.");
  return applyRolloutStep(caller, step);
}

async function appliedOf(step: number) {
  const outcome = await applyNext();
  expect(outcome).toMatchObject({ outcome: "applied", step });
  return outcome;
}

function rollouts() {
  return listRollouts(caller, { toggle: "cart" });
}

async function dueOf(id: string) {
  return (await system.listDueRollouts(1000)).filter(({ rolloutPlanId }) => rolloutPlanId === id);
}
