/**
 * Random plans under random commands, against PostgreSQL and through the use cases: whatever happens, and in whichever order, no step is applied twice,
 * early or out of order, and no paused plan goes on. `npm run fuzz -- rollouts` runs more of them.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aPlan, HOUR_MS } from "../../test/rollout.ts";
import { passHours, type RealPlan, rolloutCommands, start, turnBy } from "../../test/rollout-commands.ts";
import {
  type ModelFinding,
  type ModelHold,
  type ModelStep,
  type ModelWindow,
  RolloutModel,
} from "../../test/rollout-model.ts";
import { byZones, windowAfter } from "../../test/rollout-window.ts";

const RUNS = Number(process.env.BURGEE_ROLLOUTS_RUNS) || 12;
const SEED = Number(process.env.BURGEE_ROLLOUTS_SEED) || 38;
const COMMAND_MS = 2_000;
const MOST_COMMANDS = 30;

const installation = await install();
const { admin, newTenant } = installation;
let caller: AtHome;
let made = 0;

beforeAll(async () => {
  caller = await newTenant();
});
afterAll(() => installation.close());

const time = fc.record({ type: fc.constant("time" as const), hours: fc.constantFrom(0, 1, 2, 3) });
const hold: fc.Arbitrary<ModelHold> = fc.oneof(
  { arbitrary: time, weight: 3 },
  fc.record({ type: fc.constant("until" as const), hours: fc.integer({ min: 0, max: 8 }) }),
  fc.constant({ type: "approval" as const }),
  fc.record({ type: fc.constant("sample" as const), least: fc.integer({ min: 1, max: 3 }) }),
);
/** Hours that pass before a worker looks. */
const waits = fc.array(fc.constantFrom(0, 1, 1, 2), { minLength: 2, maxLength: 6, size: "max" });
/** A step, or a ramp of some parts an hour apart. */
const part = fc.record({ hold, parts: fc.constantFrom(0, 0, 2, 3) });
const window: fc.Arbitrary<ModelWindow> = fc.record({
  opensAfterHours: fc.integer({ min: 0, max: 5 }).map((hours) => hours - 2.5),
  hours: fc.constantFrom(3, 8, 16),
});
const terms = fc.record({
  window: fc.option(window, { nil: undefined, freq: 1 }),
  isGuarded: fc.boolean(),
  finding: fc.constantFrom<ModelFinding[]>("healthy", "unknown", "warn", "hold", "roll_back"),
});
const GUARD = {
  key: "errors",
  metric: { type: "error_rate", event: "failed", exposure: "opened" },
  atMostTimesControl: 1.2,
  leastSample: 100,
};

test("whatever happens to a plan, it does what the model does", {
  timeout: 20_000 + RUNS * MOST_COMMANDS * COMMAND_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 2, maxLength: 4, size: "max" }),
      fc.commands(rolloutCommands, { maxCommands: MOST_COMMANDS, size: "max" }),
      fc.option(waits, { freq: 5 }),
      terms,
      async (parts, commands, waits, terms) => {
        const toggle = `rolled-${made++}`;
        await aToggle(caller, toggle, { default: false });
        const begin = Date.now();
        const window = terms.window && byZones(terms.window, new Date(begin));
        const { id } = await aPlan(caller, {
          toggle,
          steps: written(parts, begin),
          ...(window && { window: windowAfter(window, 0) }),
          guards: terms.isGuarded ? [GUARD] : [],
        });

        const model = new RolloutModel(unfolded(parts), terms);
        const real: RealPlan = { caller, admin, toggle, id, window, finding: terms.finding };
        // Most plans are on their way by the time something happens to them.
        if (waits) await start.run(model, real);
        for (const hours of waits ?? []) {
          await passHours(hours).run(model, real);
          await turnBy(1).run(model, real);
        }
        await fc.asyncModelRun(() => ({ model, real }), commands);
        const applied = await appliedSteps(id);
        expect(applied).toEqual([...new Set(applied)]);
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
});

type Part = { readonly hold: ModelHold; readonly parts: number };

/** As it comes over the wire: each step lets in another percent, each part of a ramp as well. */
function written(parts: readonly Part[], begin: number): readonly object[] {
  let percent = 0;
  return parts.map(({ parts: ramp, hold: held }) => {
    percent += 1;
    const from = percent;
    percent += ramp;
    const share = ramp
      ? { ramp: { from, to: percent, overMs: ramp * HOUR_MS, everyMs: HOUR_MS } }
      : { share: { type: "percentage", value: from } };
    return { ...share, hold: writtenHold(held, begin) };
  });
}

function writtenHold(held: ModelHold, begin: number): object {
  if (held.type === "time") return { type: "time", ms: held.hours * HOUR_MS };
  if (held.type !== "until") return held;
  return { type: "until", at: new Date(begin + held.hours * HOUR_MS).toISOString() };
}

function unfolded(parts: readonly Part[]): readonly ModelStep[] {
  let percent = 0;
  return parts.flatMap(({ parts: ramp, hold: held }) =>
    Array.from({ length: ramp + 1 }, (_, index): ModelStep => {
      percent += 1;
      return { percent, hold: index === ramp ? held : { type: "tick", hours: index + 1 } };
    }),
  );
}

/** Each as run and step, as the log has them. */
async function appliedSteps(id: string): Promise<readonly string[]> {
  const { rows } = await admin.query(
    `select run || '.' || number as step
       from burgee.rollout_steps,
            lateral (select step as number union all select jsonb_array_elements_text(folded_steps)::int) each
      where rollout_plan_id = $1 and kind = 'applied' order by run, number`,
    [id],
  );
  return rows.map(({ step }) => step);
}
