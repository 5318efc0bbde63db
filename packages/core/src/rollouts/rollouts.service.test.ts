import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aPlan, aRollout, at, forMs, HOUR_MS, pass, seen } from "../../test/rollout.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { applyRolloutStepJob } from "../jobs/apply-rollout-step.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { archiveSegment } from "../segments/update-segment.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { abortRollout } from "./abort-rollout.ts";
import { applyRolloutStep } from "./apply-rollout-step.ts";
import type { GuardFinding } from "./guard-port.ts";
import { getRollout, listRollouts } from "./list-rollouts.ts";
import { pauseRollout } from "./pause-rollout.ts";
import type { RolloutPlanView } from "./plan-view.ts";
import { approveStep, skipHold } from "./release-hold.ts";
import { resumeRollout } from "./resume-rollout.ts";
import { rollBackRollout } from "./roll-back-rollout.ts";
import { startRollout } from "./start-rollout.ts";

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
const threeSteps = [at(10, forMs(HOUR_MS)), at(50, forMs(HOUR_MS)), at(100)];

describe("a plan of three steps", () => {
  test("applies each once, in order, when its hold is over by the database's clock", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });

    const outcomes = [];
    for (let look = 0; look < 4; look++) {
      outcomes.push(await turn(id), await turn(id));
      await pass(admin, id, HOUR_MS);
    }

    expect(outcomes).toMatchObject([
      { outcome: "applied", step: 1, revision: 3, status: "running" },
      { outcome: "not_due" },
      { outcome: "applied", step: 2, revision: 4 },
      { outcome: "not_due" },
      { outcome: "applied", step: 3, revision: 5, status: "completed" },
      ...Array(3).fill({ outcome: "not_due" }),
    ]);
    expect(await setting()).toMatchObject({
      version: 4,
      rollout: { value: 100, variant: "on", stickiness: "userId" },
      updatedBy: `rollout:${id}`,
    });
    const { log, ...plan } = await planOf(id);
    expect(plan).toMatchObject({ status: "completed", appliedSteps: 3, nextAt: null, waitsFor: null });
    expect(
      log.map(({ kind, run, step, settingVersion, revision }) => [kind, run, step, settingVersion, revision]),
    ).toEqual([
      ["started", 1, 0, 1, 2],
      ["applied", 1, 1, 2, 3],
      ["applied", 1, 2, 3, 4],
      ["applied", 1, 3, 4, 5],
    ]);
    expect(nudges.map(({ revision }) => revision)).toEqual([3, 4, 5]);
    expect(scheduled.map(({ step, delayMs }) => [step.step, delayMs])).toEqual([
      [1, 0],
      [2, HOUR_MS],
      [3, HOUR_MS],
    ]);
  });

  test("is found by the sweep while a step is due, by one sweep at a time", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });

    expect(await claimed(id)).toBe(1);
    expect(await claimed(id)).toBe(0);
    await pass(admin, id, HOUR_MS);
    expect(await claimed(id)).toBe(1);
    await turn(id);
    expect(await claimed(id)).toBe(0);
  });

  test("takes a step once, however many workers race for it", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });

    const outcomes = await Promise.all(Array.from({ length: 8 }, () => turn(id)));

    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([
      "applied",
      ...Array(7).fill("not_due"),
    ]);
    expect(await setting()).toMatchObject({ version: 2 });
  });

  test("is told of in the trail, step by step", async () => {
    const { id } = await aRollout(caller, { steps: [at(10, forMs(HOUR_MS))] });
    await turn(id);
    await pass(admin, id, HOUR_MS);
    expect(await turn(id)).toEqual({ outcome: "completed" });

    expect(await actions(4)).toEqual([
      "rollout.completed",
      "rollout.step_applied",
      "rollout.started",
      "rollout.created",
    ]);
    const { rows } = await admin.query(
      "select type, data from burgee.notices where tenant_id = $1 and type like 'rollout.%' order by created_at",
      [caller.person.tenantId],
    );
    expect(rows).toMatchObject([
      { type: "rollout.started", data: { rollout: id, toggle: "cart", status: "ready" } },
      { type: "rollout.step_applied", data: { appliedSteps: 1, steps: 1, actor: `rollout:${id}` } },
      { type: "rollout.completed", data: { status: "completed" } },
    ]);
  });

  test("by the queue's job", async () => {
    await aRollout(caller);
    const payload = applyRolloutStepJob.payload.parse(scheduled.at(-1)?.step);

    await applyRolloutStepJob.run(caller, payload);

    expect(applyRolloutStepJob.jobId(payload)).toBe(`${payload.rolloutPlanId}-1-2`);
    expect(await listRollouts(caller, { toggle: "cart" })).toMatchObject([{ status: "completed" }]);
  });
});

describe("what is overdue after an outage", () => {
  test("folds into one change where the clock alone says when: a ramp's parts and moments", async () => {
    const ramp = { to: 40, overMs: 3 * HOUR_MS, everyMs: HOUR_MS };
    const until = { type: "until", at: new Date(Date.now() + 5 * HOUR_MS).toISOString() };
    const { id } = await aRollout(caller, { steps: [{ ramp, hold: until }, at(60, until), at(80)] });
    expect(await turn(id)).toMatchObject({ step: 1 });
    expect(await setting()).toMatchObject({ rollout: { value: 10 } });
    await pass(admin, id, 2 * HOUR_MS);

    expect(await turn(id)).toMatchObject({ step: 3 });
    expect(await setting()).toMatchObject({ version: 3, rollout: { value: 30 } });
    await pass(admin, id, HOUR_MS);
    expect(await turn(id)).toMatchObject({ step: 4 });
    await pass(admin, id, 10 * HOUR_MS);
    expect(await turn(id)).toMatchObject({ step: 6, status: "completed" });
    expect(await setting()).toMatchObject({ version: 5, rollout: { value: 80 } });
    expect((await planOf(id)).log.map(({ foldedSteps }) => foldedSteps)).toEqual([[], [], [2], [], [5]]);
  });

  test("is one step at a time where each is to stand for a while", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);
    await pass(admin, id, 24 * HOUR_MS);

    expect(await turn(id)).toMatchObject({ step: 2 });
    expect(await turn(id)).toEqual({ outcome: "not_due" });
  });

  test("never passes over an approval or a sample", async () => {
    const { id } = await aRollout(caller, {
      steps: [at(10), at(20, { type: "approval" }), at(30), at(40, { type: "sample", least: 100 }), at(50)],
    });
    expect(await turn(id)).toMatchObject({ step: 2 });
    await pass(admin, id, 1000 * HOUR_MS);
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(await planOf(id)).toMatchObject({ waitsFor: "approval", nextAt: null });

    const approved = await approveStep(caller, seen(await planOf(id)));

    expect(approved).toMatchObject({ status: "running", waitsFor: "time", nextAt: expect.any(String) });
    expect(await turn(id)).toMatchObject({ step: 4 });
    await pass(admin, id, 1000 * HOUR_MS);
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(await planOf(id)).toMatchObject({ waitsFor: "sample" });
  });
});

test("a sample is of evaluations by the version that the step made", async () => {
  const { id } = await aRollout(caller, { steps: [at(10, { type: "sample", least: 100 }), at(50)] });
  await turn(id);
  await tellOf(1, 1_000);
  await tellOf(2, 99);
  expect(await turn(id)).toEqual({ outcome: "not_due" });

  await tellOf(2, 1);

  expect(await turn(id)).toMatchObject({ outcome: "applied", step: 2 });
  expect((await planOf(id)).log.at(-1)).toMatchObject({ evidence: { evaluations: 100, least: 100 } });
});

describe("a plan that people steer", () => {
  test("stands while it is paused, and goes on with the bake that was", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);
    const paused = await pauseRollout(caller, seen(await planOf(id)));
    expect(paused).toMatchObject({ status: "paused", reason: "person", waitsFor: "resume", nextAt: null });
    await pass(admin, id, 2 * HOUR_MS);
    expect(await turn(id)).toEqual({ outcome: "not_due" });

    const resumed = await resumeRollout(caller, seen(await planOf(id)));

    expect(resumed).toMatchObject({ status: "running", reason: null });
    expect(await turn(id)).toMatchObject({ outcome: "applied", step: 2 });
  });

  test("goes on along a ramp as if no time had passed in the pause", async () => {
    const { id } = await aRollout(caller, {
      steps: [{ ramp: { from: 10, to: 40, overMs: 3 * HOUR_MS, everyMs: HOUR_MS } }],
    });
    await turn(id);
    await pass(admin, id, HOUR_MS / 2);
    await pauseRollout(caller, seen(await planOf(id)));
    await pass(admin, id, 100 * HOUR_MS);
    const resumed = await resumeRollout(caller, seen(await planOf(id)));

    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(Date.parse(resumed.nextAt ?? "") - Date.now()).toBeGreaterThan(HOUR_MS / 3);
  });

  test("goes to its next step at once where its hold is skipped, and ends after the last", async () => {
    const { id } = await aRollout(caller, {
      startAt: "2040-01-01T00:00:00Z",
      steps: [at(10, { type: "approval" }), at(50, forMs(HOUR_MS))],
    });
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(await planOf(id)).toMatchObject({ status: "ready", nextAt: "2040-01-01T00:00:00.000Z" });

    for (const status of ["running", "running", "completed"])
      expect(await skipHold(caller, seen(await planOf(id)))).toMatchObject({ status });

    expect(await setting()).toMatchObject({ version: 3, rollout: { value: 50 } });
    expect((await actions(6)).filter((action) => action === "rollout.hold_skipped")).toHaveLength(3);
  });

  test("goes back to a step as it was recorded, waits there, and applies what follows anew", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps.with(2, at(90, forMs(HOUR_MS))) });
    for (let step = 1; step <= 3; step++) {
      await turn(id);
      await pass(admin, id, HOUR_MS - 1000);
      if (step < 3) await pass(admin, id, 1000);
    }

    const back = await rollBackRollout(caller, { ...seen(await planOf(id)), toStep: 1 });

    expect(back).toMatchObject({ status: "paused", appliedSteps: 1, run: 2 });
    expect(await setting()).toMatchObject({ version: 5, rollout: { value: 10 } });
    await resumeRollout(caller, seen(back));
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    await pass(admin, id, HOUR_MS);
    expect(await turn(id)).toMatchObject({ step: 2 });
    const before = await rollBackRollout(caller, { ...seen(await planOf(id)), toStep: 0 });
    expect(before).toMatchObject({ status: "rolled_back", appliedSteps: 0 });
    expect(await setting()).toMatchObject({ version: 7, rollout: null });
    await expect(resumeRollout(caller, seen(before))).rejects.toMatchObject({ code: "rollout_ended" });
  });

  test("goes back to no step that never stood by itself, and to none ahead", async () => {
    const { id } = await aRollout(caller, { steps: [at(10), at(20), at(30, forMs(HOUR_MS))] });
    await turn(id);
    const back = (toStep: number) => async () =>
      rollBackRollout(caller, { ...seen(await planOf(id)), toStep });

    for (const toStep of [1, 2, 3, 4])
      await expect(back(toStep)()).rejects.toMatchObject({ code: "rollout_step_unavailable" });
    await expect(back(0)()).resolves.toMatchObject({ status: "rolled_back" });
  });

  test("ends where it is aborted, and leaves the share as it is", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);

    const aborted = await abortRollout(caller, seen(await planOf(id)));

    expect(aborted).toMatchObject({ status: "aborted", appliedSteps: 1, nextAt: null });
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(await setting()).toMatchObject({ version: 2, rollout: { value: 10 } });
    await expect(abortRollout(caller, seen(aborted))).rejects.toMatchObject({ code: "rollout_ended" });
  });

  test("does nothing for who saw another version of it", async () => {
    const plan = await aRollout(caller, { steps: threeSteps });
    await turn(plan.id);

    for (const command of [pauseRollout, skipHold, abortRollout]) {
      await expect(command(caller, seen(plan))).rejects.toMatchObject({
        code: "version_conflict",
        details: { expectedVersion: plan.version, current: { appliedSteps: 1 } },
      });
    }
  });

  test.each<[string, (plan: RolloutPlanView) => Promise<unknown>, string]>([
    ["paused before its start", (plan) => pauseRollout(caller, seen(plan)), "rollout_status"],
    ["resumed before its start", (plan) => resumeRollout(caller, seen(plan)), "rollout_status"],
    ["skipped before its start", (plan) => skipHold(caller, seen(plan)), "rollout_status"],
    [
      "rolled back before it",
      (plan) => rollBackRollout(caller, { ...seen(plan), toStep: 0 }),
      "rollout_status",
    ],
    ["approved before it", (plan) => approveStep(caller, seen(plan)), "rollout_status"],
  ])("is not %s", async (_, command, code) => {
    await expect(command(await aPlan(caller))).rejects.toMatchObject({ code });
  });

  test("is approved only while it waits for that", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);

    const approval = approveStep(caller, seen(await planOf(id)));
    await expect(approval).rejects.toMatchObject({ code: "rollout_not_waiting" });
  });
});

describe("a person's edit", () => {
  test("stops a plan as a conflict at once, and is not overwritten", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);
    const edited = await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 2, enabled: false });
    await pass(admin, id, HOUR_MS);

    expect(await planOf(id)).toMatchObject({
      status: "conflict",
      reason: "edited",
      appliedSteps: 1,
      nextAt: null,
    });
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(await setting()).toEqual(edited.settings[0]);
    expect(await actions(2)).toEqual(["toggle.disabled", "rollout.conflicted"]);
    const back = rollBackRollout(caller, { ...seen(await planOf(id)), toStep: 0 });
    await expect(back).rejects.toMatchObject({ code: "rollout_status" });
  });

  test("stops a paused one too", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await pauseRollout(caller, seen(await planOf(id)));

    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });

    expect(await planOf(id)).toMatchObject({ status: "conflict" });
  });

  test("is what the plan goes on from once somebody says so, with a new hold", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);
    const rules = [{ condition: "region == 'IN'", value: true }];
    const input = { ...half, rules, rollout: { type: "percentage", value: 5 }, expectedVersion: 2 };
    await updateSetting(caller, parseInput(updateSettingInput, input));
    await pass(admin, id, HOUR_MS);
    const plan = seen(await planOf(id));
    await expect(resumeRollout(caller, plan)).rejects.toMatchObject({
      issues: [{ pointer: "/settingVersion" }],
    });
    await expect(resumeRollout(caller, { ...plan, settingVersion: 2 })).rejects.toMatchObject({
      code: "version_conflict",
    });

    const resumed = await resumeRollout(caller, { ...plan, settingVersion: 3 });

    expect(resumed).toMatchObject({ status: "running", run: 2, settingVersion: 3, waitsFor: "time" });
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    await pass(admin, id, HOUR_MS);
    expect(await turn(id)).toMatchObject({ step: 2 });
    expect(await setting()).toMatchObject({
      rollout: { value: 50 },
      rules: [{ condition: "region == 'IN'" }],
    });
    // The way back takes the plan's shares alone: what the person wrote stays.
    await rollBackRollout(caller, { ...seen(await planOf(id)), toStep: 0 });
    expect(await setting()).toMatchObject({ rollout: null, rules: [{ condition: "region == 'IN'" }] });
  });

  test("is no base where it is above the next step", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await turn(id);
    const input = { ...half, rollout: { type: "percentage", value: 60 }, expectedVersion: 2 };
    await updateSetting(caller, parseInput(updateSettingInput, input));

    const resumed = resumeRollout(caller, { ...seen(await planOf(id)), settingVersion: 3 });

    await expect(resumed).rejects.toMatchObject({
      issues: [{ pointer: "/steps/1/share", code: "falling_share" }],
    });
  });

  test("is found where nothing else told of it, and overwritten by nothing", async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await admin.query("update burgee.rollout_plans set setting_version = 7 where rollout_plan_id = $1", [id]);
    const before = await setting();

    expect(await turn(id)).toEqual({ outcome: "conflict" });

    expect(await setting()).toEqual(before);
    expect(await planOf(id)).toMatchObject({ status: "conflict", appliedSteps: 0 });
  });

  test("that archives the toggle ends all its plans", async () => {
    const pending = await aPlan(caller);
    const { id } = await aRollout(caller, { steps: threeSteps });

    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    for (const each of [id, pending.id])
      expect(await planOf(each)).toMatchObject({ status: "aborted", reason: "archived" });
    expect(await turn(id)).toEqual({ outcome: "not_due" });
  });
});

describe("audiences", () => {
  test("get a rule of the plan's own, after those of people, that hashes as the setting does", async () => {
    const rules = [{ condition: "plan == 'team'", value: true }];
    await aToggle(caller, "menu", { default: false, rules });
    const { id } = await aRollout(caller, {
      toggle: "menu",
      steps: [
        at(50, forMs(HOUR_MS), "region == 'IN'"),
        at(5, forMs(HOUR_MS)),
        at(100, forMs(HOUR_MS), "region == 'IN'"),
      ],
    });
    for (let step = 1; step <= 3; step++) {
      await turn(id);
      await pass(admin, id, HOUR_MS);
    }

    const toggle = await getToggle(caller, { key: "menu" });
    expect(toggle.settings).toMatchObject([
      {
        rules: [
          { condition: "plan == 'team'", rollout: null },
          { condition: "region == 'IN'", variant: "on", rollout: { value: 100 } },
        ],
        rollout: { value: 5 },
      },
    ]);
    const { rows } = await admin.query(
      "select state -> 'rules' -> 1 as rule from burgee.settings where tenant_id = $1 and state::text like '%rollout-%'",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([{ rule: expect.not.objectContaining({ salt: expect.anything() }) }]);
    await rollBackRollout(caller, { ...seen(await planOf(id)), toStep: 0 });
    expect((await getToggle(caller, { key: "menu" })).settings).toMatchObject([
      { rules: [{ condition: "plan == 'team'" }], rollout: null },
    ]);
  });

  test("that nobody knows any more stop the plan, and reach no ruleset", async () => {
    const { project } = { project: "web" };
    await createSegment(caller, parseInput(createSegmentInput, { project, key: "beta", include: ["ada"] }));
    const { id } = await aRollout(caller, { steps: [at(10, undefined, "segment('beta')")] });
    await archiveSegment(caller, { project, key: "beta", expectedVersion: 1 });

    expect(await turn(id)).toEqual({ outcome: "conflict" });

    expect(await planOf(id)).toMatchObject({ status: "conflict", reason: "audience_unknown" });
    expect(await setting()).toMatchObject({ version: 1, rules: [] });
  });
});

describe("a split", () => {
  test("grows at the default's cost alone", async () => {
    const split = (on: number, hold?: object) => ({
      share: { type: "split", weights: { on, off: 100 - on } },
      ...(hold && { hold }),
    });
    const { id } = await aRollout(caller, { steps: [split(10, forMs(HOUR_MS)), split(50)] });
    await turn(id);
    await pass(admin, id, HOUR_MS);
    await turn(id);

    expect(await setting()).toMatchObject({ rollout: { type: "split", weights: { on: 50, off: 50 } } });
    await expect(aPlan(caller, { steps: [split(50), split(10)] })).rejects.toMatchObject({
      issues: [{ pointer: "/steps/1/share", code: "falling_share" }],
    });
  });
});

describe("a plan with guards", () => {
  const guarded = async () => {
    const { id } = await aRollout(caller, { steps: threeSteps });
    await admin.query(`update burgee.rollout_plans set guards = '[{}]' where rollout_plan_id = $1`, [id]);
    await turn(id);
    return id;
  };
  const finding = (more: Partial<GuardFinding>): GuardFinding => ({
    verdict: "healthy",
    action: "hold",
    evidence: { errors: 3 },
    ...more,
  });

  test("goes on while they are healthy, and keeps what they went by", async () => {
    const id = await guarded();
    await pass(admin, id, HOUR_MS);

    expect(await turn(id, finding({}))).toMatchObject({ step: 2 });
    expect((await planOf(id)).log.at(-1)).toMatchObject({ evidence: { guards: { errors: 3 } } });
  });

  test("never goes on while they know too little, nor where nothing watches", async () => {
    const id = await guarded();
    await pass(admin, id, HOUR_MS);

    expect(await turn(id, finding({ verdict: "unknown" }))).toEqual({ outcome: "held" });
    expect(await turn(id)).toEqual({ outcome: "held" });
    expect(await planOf(id)).toMatchObject({ status: "running", appliedSteps: 1 });
  });

  test("is looked at between its steps, and pauses on a breach", async () => {
    const id = await guarded();
    await pass(admin, id, 10_000);
    expect(await claimed(id)).toBe(1);

    expect(await turn(id, finding({ verdict: "breach" }))).toEqual({ outcome: "paused" });
    expect(await planOf(id)).toMatchObject({ status: "paused", reason: "guard" });
    expect(await actions(2)).toEqual(["rollout.paused", "rollout.guard_breached"]);
  });

  test("goes back on a breach where that is asked for", async () => {
    const id = await guarded();

    const breach = finding({ verdict: "breach", action: "roll_back" });
    expect(await turn(id, breach)).toEqual({ outcome: "rolled_back" });
    expect(await planOf(id)).toMatchObject({ status: "rolled_back", reason: "guard" });
    expect(await setting()).toMatchObject({ rollout: null });
  });

  test("goes back to the nearest step that stood, whatever a guard asks for", async () => {
    const id = await guarded();
    await pass(admin, id, HOUR_MS);
    await turn(id, finding({}));

    const breach = finding({ verdict: "breach", action: "roll_back", toStep: 9 });
    expect(await turn(id, breach)).toEqual({ outcome: "rolled_back" });
    expect(await planOf(id)).toMatchObject({ status: "paused", reason: "guard", appliedSteps: 1, run: 2 });
    expect(await setting()).toMatchObject({ rollout: { value: 10 } });
  });

  test("goes on past a breach that is only to be told of", async () => {
    const id = await guarded();
    await pass(admin, id, HOUR_MS);

    expect(await turn(id, finding({ verdict: "breach", action: "warn" }))).toMatchObject({ step: 2 });
  });
});

describe("a window", () => {
  test("keeps a step that is due until it opens", async () => {
    const hour = new Date().getUTCHours();
    const clock = (each: number) => `${String(each % 24).padStart(2, "0")}:00`;
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const later = (hour + 2) % 23;
    const window = { timeZone: "UTC", days, from: clock(later), to: clock(later + 1) };
    const { id, nextAt, waitsFor } = await aRollout(caller, { window, steps: threeSteps });

    expect(waitsFor).toBe("window");
    expect(new Date(nextAt ?? "").getUTCHours()).toBe(later);
    await pass(admin, id, 48 * HOUR_MS);
    expect(await turn(id)).toEqual({ outcome: "not_due" });
    expect(await planOf(id)).toMatchObject({ status: "ready", appliedSteps: 0 });
  });
});

describe("a plan is refused", () => {
  test("where its first step lies below what stands, is of another variant, or stands beside a split", async () => {
    await updateSetting(caller, parseInput(updateSettingInput, { ...half, expectedVersion: 1 }));

    await expect(aRollout(caller, { settingVersion: 2 })).rejects.toMatchObject({
      issues: [{ pointer: "/steps/0/share", code: "falling_share" }],
    });
    await expect(
      aRollout(caller, { settingVersion: 2, variant: "off", steps: [at(60)] }),
    ).rejects.toMatchObject({
      issues: [{ pointer: "/steps/0/share", code: "other_variant" }],
    });
    await expect(aRollout(caller, { settingVersion: 2, steps: [at(50)] })).resolves.toMatchObject({
      status: "ready",
    });
  });

  test("for a toggle that is off, and one that is archived", async () => {
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
    await expect(aRollout(caller, { settingVersion: 2 })).rejects.toMatchObject({ code: "toggle_disabled" });

    await archiveToggle(caller, { key: "cart", expectedVersion: 2 });
    await expect(aPlan(caller)).rejects.toMatchObject({ code: "toggle_archived" });
  });

  test("while another one is under way, and taken once that has ended", async () => {
    const first = await aRollout(caller);
    await expect(aRollout(caller)).rejects.toMatchObject({ code: "rollout_running" });

    await abortRollout(caller, seen(first));

    const { version, id } = (await listRollouts(caller, { toggle: "cart" }))[0] ?? first;
    await expect(
      startRollout(caller, { ...seen({ id, version }), settingVersion: 1 }),
    ).resolves.toMatchObject({
      status: "ready",
    });
  });

  test("over a stale version of the setting", async () => {
    await expect(aRollout(caller, { settingVersion: 2 })).rejects.toMatchObject({
      code: "version_conflict",
      details: { expectedVersion: 2, current: { version: 1 } },
    });
    expect(scheduled).toEqual([]);
  });

  const split = { share: { type: "split", weights: { on: 50, off: 50 } } };
  test.each<[string, object, string]>([
    ["without a step", { steps: [] }, "/steps"],
    ["with too many steps", { steps: Array.from({ length: 101 }, (_, n) => at(n / 2)) }, "/steps"],
    ["that shrinks", { steps: [at(50), at(10)] }, "/steps/1/share"],
    ["that stands still", { steps: [at(50), at(50)] }, "/steps/1/share"],
    [
      "that shrinks for an audience",
      { steps: [at(9, undefined, "a == 1"), at(5), at(1, undefined, "a == 1")] },
      "/steps/2/share",
    ],
    ["of percentages and splits", { steps: [at(50), split] }, "/steps/1/share"],
    ["of 101 %", { steps: [at(101)] }, "/steps/0/share/value"],
    ["of neither a share nor a ramp", { steps: [{}] }, "/steps/0"],
    [
      "of a ramp that falls",
      { steps: [{ ramp: { from: 5, to: 1, overMs: 9000, everyMs: 1000 } }] },
      "/steps/0/ramp/to",
    ],
    [
      "of a ramp of a million parts",
      { steps: [{ ramp: { to: 9, overMs: 9e8, everyMs: 1000 } }] },
      "/steps/0/ramp/everyMs",
    ],
    ["that waits a negative time", { steps: [at(1, forMs(-1))] }, "/steps/0/hold/ms"],
    [
      "that waits for what is no moment",
      { steps: [at(1, { type: "until", at: "noon" })] },
      "/steps/0/hold/at",
    ],
    [
      "for an audience that does not parse",
      { steps: [at(1), at(1, undefined, "a ==")] },
      "/steps/1/audience",
    ],
    ["for a segment that nobody knows", { steps: [at(1, undefined, "segment('no')")] }, "/steps/0/audience"],
    ["of a variant that the toggle lacks", { variant: "blue" }, "/variant"],
    [
      "of weights for such a one",
      { steps: [{ share: { type: "split", weights: { red: 100 } } }] },
      "/steps/0/share/weights/red",
    ],
    [
      "in a zone of nowhere",
      { window: { timeZone: "Mars/Olympus", days: ["mon"], from: "09:00", to: "17:00" } },
      "/window/timeZone",
    ],
    [
      "in a window that ends before it begins",
      { window: { timeZone: "UTC", days: ["mon"], from: "17:00", to: "09:00" } },
      "/window/to",
    ],
    ["with an unknown field", { colour: "red" }, ""],
  ])("%s", async (_, input, pointer) => {
    const making = async () => aPlan(caller, input);

    await expect(making()).rejects.toMatchObject({
      code: "invalid_input",
      issues: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
  });

  test("for a stranger: another tenant's plan is not there", async () => {
    const plan = await aRollout(caller);
    const stranger = await newTenant();

    await expect(abortRollout(stranger, seen(plan))).rejects.toMatchObject({ code: "rollout_not_found" });
    const target = { ...seen(plan), rolloutPlanId: seen(plan).id, tenantId: stranger.person.tenantId };
    await expect(applyRolloutStep(caller, target)).resolves.toEqual({ outcome: "not_due" });
  });
});

function turn(id: string, finding?: GuardFinding) {
  const target = { tenantId: caller.person.tenantId, rolloutPlanId: seen({ id, version: 1 }).id };
  return applyRolloutStep(finding ? { ...caller, gatherEvidence: async () => finding } : caller, target);
}

function planOf(id: string) {
  return getRollout(caller, { id: seen({ id, version: 1 }).id });
}

async function setting() {
  return (await getToggle(caller, { key: "cart" })).settings[0];
}

async function actions(limit: number) {
  return (await listAudit(caller, { limit })).items.map(({ action }) => action);
}

async function claimed(id: string): Promise<number> {
  const claims = await system.claimDueRollouts(1000, 60_000);
  return claims.filter(({ rolloutPlanId }) => rolloutPlanId === id).length;
}

/** As an SDK would. */
async function tellOf(version: number, count: number): Promise<void> {
  const { tenantId, home } = caller.person;
  await admin.query(
    `insert into burgee.toggle_usage (tenant_id, month, environment_id, toggle_id, hour, variant, version, count)
     select tenant_id, date_trunc('month', now())::date, $2, toggle_id, date_trunc('hour', now()), 'on', $3, $4
       from burgee.toggles where tenant_id = $1 and key = 'cart'
     on conflict (tenant_id, month, environment_id, toggle_id, hour, variant, version)
       do update set count = toggle_usage.count + excluded.count`,
    [tenantId, home.environmentId, version, count],
  );
}
