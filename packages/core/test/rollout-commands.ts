/** What may happen to a plan, as commands for fast-check: each does the same to the model and to the plan, and compares. */
import fc from "fast-check";
import type pg from "pg";
import { expect } from "vitest";
import { AppError } from "../src/errors/app-error.ts";
import { parseInput } from "../src/errors/invalid-input.ts";
import { abortRollout } from "../src/rollouts/abort-rollout.ts";
import { applyRolloutStep } from "../src/rollouts/apply-rollout-step.ts";
import type { GuardFinding } from "../src/rollouts/guard-port.ts";
import { getRollout } from "../src/rollouts/list-rollouts.ts";
import { pauseRollout } from "../src/rollouts/pause-rollout.ts";
import { approveStep, skipHold } from "../src/rollouts/release-hold.ts";
import { resumeRollout } from "../src/rollouts/resume-rollout.ts";
import { rollBackRollout } from "../src/rollouts/roll-back-rollout.ts";
import { startRollout } from "../src/rollouts/start-rollout.ts";
import { updateSetting, updateSettingInput } from "../src/settings/update-setting.ts";
import { getToggle } from "../src/toggles/get-toggle.ts";
import type { AtHome } from "./installation.ts";
import { HOUR_MS, pass, seen } from "./rollout.ts";
import type { ModelFinding, RolloutModel } from "./rollout-model.ts";
import { passInWindow, type WindowByZones } from "./rollout-window.ts";

export interface RealPlan {
  readonly caller: AtHome;
  readonly admin: pg.Pool;
  readonly toggle: string;
  readonly id: string;
  readonly window: WindowByZones | undefined;
  /** What guards are found to say. */
  finding: ModelFinding;
}

type Command = fc.AsyncCommand<RolloutModel, RealPlan>;

/** How a command is done to the plan, by the version of it that is there. */
type Do = (real: RealPlan, plan: ReturnType<typeof seen>, model: RolloutModel) => Promise<unknown>;

/** @param refused the code with which the plan answers where the model does not allow it */
function command(
  name: string,
  allowed: (model: RolloutModel) => boolean,
  doTo: (model: RolloutModel) => void,
  act: Do,
): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      const plan = seen(await planOf(real));
      const isAllowed = allowed(model);
      const outcome = await act(real, plan, model).then(
        () => "done",
        (error: unknown) => (error instanceof AppError ? "refused" : Promise.reject(error)),
      );
      expect(`${name}: ${outcome}`).toBe(`${name}: ${isAllowed ? "done" : "refused"}`);
      if (isAllowed) doTo(model);
      await compare(model, real);
    },
    toString: () => name,
  };
}

const hours = fc.integer({ min: 0, max: 4 });

export function passHours(each: number): Command {
  return command(
    `pass ${each} h`,
    always,
    (model) => model.pass(each),
    async ({ admin, id, window }, _, { clock }) => {
      await pass(admin, id, each * HOUR_MS);
      if (window) await passInWindow(admin, id, window, clock + each);
    },
  );
}

export function turnBy(workers: number): Command {
  return command(
    `${workers} turn`,
    always,
    (model) => turns(model, workers),
    (real, _, model) => turnTogether(real, numberOf(model, workers)),
  );
}

const passing = hours.map(passHours);
const turning = fc.constantFrom(1, 1, 3).map(turnBy);

export const start = command(
  "start",
  ({ status, canRebase }) => status === "pending" && canRebase,
  (model) => model.start(),
  ({ caller }, plan, model) => startRollout(caller, { ...plan, settingVersion: model.settingVersion }),
);

const pause = command(
  "pause",
  ({ isActive }) => isActive,
  (model) => model.pause(),
  ({ caller }, plan) => pauseRollout(caller, plan),
);

const resume = command(
  "resume",
  ({ status, canRebase }) => status === "paused" || (status === "conflict" && canRebase),
  (model) => model.resume(),
  ({ caller }, plan, { settingVersion }) => resumeRollout(caller, { ...plan, settingVersion }),
);

/** A plan that stands still for some hours, as they seldom do one after the other by chance; one that was stopped goes on. */
function standStill(each: number): Command {
  const several = [passHours(each), resume, turnBy(1), passHours(1), turnBy(1)];
  return {
    check: ({ isActive, status }) => isActive || status === "paused",
    run: async (model, real) => {
      if (model.isActive) await pause.run(model, real);
      for (const one of several) await one.run(model, real);
    },
    toString: () => `stand still for ${each} h`,
  };
}

function find(finding: ModelFinding): Command {
  return command(
    `guards say ${finding}`,
    always,
    (model) => {
      model.finding = finding;
    },
    async (real) => {
      real.finding = finding;
    },
  );
}

/** Some several times, so that plans get on. */
export const rolloutCommands: fc.Arbitrary<Command>[] = [
  fc.constant(start),
  ...Array.from({ length: 2 }, () => fc.integer({ min: 1, max: 4 }).map(standStill)),
  ...Array.from({ length: 2 }, () =>
    fc.constantFrom<ModelFinding[]>("healthy", "healthy", "unknown", "warn", "hold", "roll_back").map(find),
  ),
  ...Array.from({ length: 5 }, () => passing),
  ...Array.from({ length: 7 }, () => turning),
  fc.constant(pause),
  fc.constant(resume),
  fc.constant(
    command(
      "approve",
      ({ waitsForApproval }) => waitsForApproval,
      (model) => model.approve(),
      ({ caller }, plan) => approveStep(caller, plan),
    ),
  ),
  fc.constant(
    command(
      "skip",
      ({ isActive }) => isActive,
      (model) => model.skip(),
      ({ caller }, plan) => skipHold(caller, plan),
    ),
  ),
  fc.integer({ min: 0, max: 8 }).map((toStep) =>
    command(
      `roll back to ${toStep}`,
      ({ status, recorded }) => (status === "running" || status === "paused") && recorded.includes(toStep),
      (model) => model.rollBack(toStep),
      ({ caller }, plan) => rollBackRollout(caller, { ...plan, toStep }),
    ),
  ),
  fc.constant(
    command(
      "abort",
      ({ isOpen, status }) => isOpen || status === "pending",
      (model) => model.abort(),
      ({ caller }, plan) => abortRollout(caller, plan),
    ),
  ),
  fc
    .integer({ min: 0, max: 12 })
    .map((percent) => command(`edit to ${percent} %`, always, (model) => model.edit(percent), edit(percent))),
  fc
    .integer({ min: 1, max: 2 })
    .map((count) => command(`${count} evaluations`, always, (model) => model.evaluate(count), tell(count))),
  fc.constant(
    command("a command of who saw an earlier version", never, always, ({ caller }, plan) =>
      abortRollout(caller, { ...plan, expectedVersion: plan.expectedVersion + 1 }),
    ),
  ),
];

/** Workers that look at the same time are as one after the other. */
function turns(model: RolloutModel, workers: number): void {
  for (let worker = numberOf(model, workers); worker > 0; worker--) model.turn();
}

/** Whether who comes second finds the step that another one just applied to be stopped, or looks again later, is as it falls out. */
function numberOf({ isToStop }: RolloutModel, workers: number): number {
  return isToStop ? 1 : workers;
}

async function turnTogether(real: RealPlan, workers: number): Promise<void> {
  const { caller, id } = real;
  const target = { tenantId: caller.person.tenantId, rolloutPlanId: seen({ id, version: 1 }).id };
  const gatherEvidence = async () => findingOf(real.finding);
  await Promise.all(
    Array.from({ length: workers }, () => applyRolloutStep({ ...caller, gatherEvidence }, target)),
  );
}

function findingOf(finding: ModelFinding): GuardFinding {
  const evidence = { said: finding };
  if (finding === "healthy" || finding === "unknown") return { verdict: finding, action: "hold", evidence };
  return { verdict: "breach", action: finding, evidence };
}

function edit(percent: number): Do {
  return ({ caller, toggle }, _, { settingVersion }) => {
    const rollout = { type: "percentage", value: percent };
    const input = { toggle, enabled: true, default: false, rollout, expectedVersion: settingVersion };
    return updateSetting(caller, parseInput(updateSettingInput, input));
  };
}

function tell(count: number): Do {
  return ({ admin, caller, toggle }, _, { settingVersion }) =>
    admin.query(
      `insert into burgee.toggle_usage (tenant_id, month, environment_id, toggle_id, hour, variant, version, count)
       select tenant_id, date_trunc('month', now())::date, $2, toggle_id, date_trunc('hour', now()), 'on', $3, $4
         from burgee.toggles where tenant_id = $1 and key = $5
       on conflict (tenant_id, month, environment_id, toggle_id, hour, variant, version)
         do update set count = toggle_usage.count + excluded.count`,
      [caller.person.tenantId, caller.person.home.environmentId, settingVersion, count, toggle],
    );
}

function planOf({ caller, id }: RealPlan) {
  return getRollout(caller, { id: seen({ id, version: 1 }).id });
}

async function compare(model: RolloutModel, real: RealPlan): Promise<void> {
  const { log, status, appliedSteps, run } = await planOf(real);
  const setting = (await getToggle(real.caller, { key: real.toggle })).settings[0];
  const { rollout } = setting ?? {};

  expect({
    status,
    applied: appliedSteps,
    run,
    settingVersion: setting?.version,
    share: rollout?.type === "percentage" ? rollout.value : null,
    log: log.map((entry) => ({
      kind: entry.kind,
      run: entry.run,
      step: entry.step,
      folded: entry.foldedSteps,
    })),
  }).toEqual({
    status: model.status,
    applied: model.applied,
    run: model.run,
    settingVersion: model.settingVersion,
    share: model.share,
    log: model.log,
  });
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
