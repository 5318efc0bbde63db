import { afterAll, beforeAll, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aPlan, aRollout, at, forMs, HOUR_MS, pass, seen } from "../../test/rollout.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { updateSegment, updateSegmentInput } from "../segments/update-segment.ts";
import { applyRolloutStep } from "./apply-rollout-step.ts";
import { getExposure, getExposureInput } from "./get-exposure.ts";
import { simulateRollout, simulateRolloutInput } from "./simulate-rollout.ts";
import { rolloutTemplates, rolloutTemplatesInput } from "./templates.ts";

const installation = await install();
const { admin, newTenant } = installation;
let caller: AtHome;

beforeAll(async () => {
  caller = await newTenant();
  await createSegment(
    caller,
    parseInput(createSegmentInput, { project: "web", key: "beta", include: ["ada"] }),
  );
});
afterAll(() => installation.close());

test("what a context got at a moment follows from what was recorded, whatever changed since", async () => {
  await aToggle(caller, "cart", { default: false });
  const { id } = await aRollout(caller, {
    steps: [at(100, forMs(HOUR_MS), "segment('beta')"), at(100, forMs(HOUR_MS))],
  });
  const moments = [await now()];
  for (const _ of [1, 2]) {
    await turn(id);
    moments.push(await now());
    await pass(admin, id, HOUR_MS);
  }
  const input = { project: "web", key: "beta", include: ["bo"], expectedVersion: 1 };
  await updateSegment(caller, parseInput(updateSegmentInput, input));

  const got = (userId: string) => Promise.all(moments.map((moment) => exposure(id, moment, { userId })));

  expect((await got("ada")).map(({ value }) => value)).toEqual([false, true, true]);
  expect((await got("bo")).map(({ value }) => value)).toEqual([false, false, true]);
  expect((await got("ada")).map(({ settingVersion, reason }) => [settingVersion, reason])).toEqual([
    [1, "STATIC"],
    [2, "SPLIT"],
    [3, "SPLIT"],
  ]);
});

test("a moment that is to come, or before there was a toggle, is refused", async () => {
  await aToggle(caller, "menu", { default: false });
  const { id } = await aPlan(caller, { toggle: "menu" });

  for (const moment of ["2100-01-01T00:00:00Z", "2020-01-01T00:00:00Z"])
    await expect(exposure(id, moment, {})).rejects.toMatchObject({ issues: [{ pointer: "/at" }] });
});

test("a simulation tells when each step would fall, and makes nothing", async () => {
  const steps = [at(1, forMs(HOUR_MS)), at(10, { type: "approval" }), at(50)];
  const input = { steps, from: "2026-06-05T10:00:00Z" };

  const told = await simulateRollout(caller, parseInput(simulateRolloutInput, input));

  expect(told).toMatchObject({
    steps: [
      { step: 1, at: "2026-06-05T10:00:00.000Z", isEarliest: false, share: { value: 1 } },
      { step: 2, at: "2026-06-05T11:00:00.000Z", isEarliest: false },
      { step: 3, at: "2026-06-05T11:00:00.000Z", isEarliest: true },
    ],
    completed: { at: "2026-06-05T11:00:00.000Z", isEarliest: true },
  });
});

test("each template is a plan that can be made", async () => {
  await aToggle(caller, "page", { default: false });
  const templates = await rolloutTemplates(caller, parseInput(rolloutTemplatesInput, { segment: "beta" }));

  expect(templates.map(({ key }) => key)).toEqual([
    "1-10-50-100",
    "canary-by-segment",
    "by-region",
    "business-hours",
  ]);
  for (const { plan } of templates)
    await expect(aPlan(caller, { toggle: "page", ...plan })).resolves.toMatchObject({ status: "pending" });
});

function turn(id: string) {
  return applyRolloutStep(caller, {
    tenantId: caller.person.tenantId,
    rolloutPlanId: seen({ id, version: 1 }).id,
  });
}

function exposure(id: string, moment: string, context: object) {
  return getExposure(caller, parseInput(getExposureInput, { id, at: moment, context }));
}

/** By the database's clock, and a moment in which nothing else happens. */
async function now(): Promise<string> {
  const { rows } = await admin.query("select pg_sleep(0.002), clock_timestamp() as now");
  return rows[0].now.toISOString();
}
