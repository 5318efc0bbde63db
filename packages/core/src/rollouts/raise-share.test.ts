/** Who gets a toggle at each step of random plans, asked of the engine for one user after the other. */
import type { RolloutShare, RolloutStep, SettingState } from "@burgee/db";
import { type Evaluator, prepare, RULESET_SCHEMA } from "@burgee/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rolloutPlanId } from "../ids.ts";
import { compileToggle } from "../rulesets/compile-toggle.ts";
import { bucketsOf } from "../settings/rollout-input.ts";
import { fallingShares, withSharesOf, withSteps } from "./raise-share.ts";

const RUNS = Number(process.env.BURGEE_ROLLOUTS_RUNS) || 40;
const SEED = Number(process.env.BURGEE_ROLLOUTS_SEED) || 38;
const FEW_USERS = 1_500;
const MANY_USERS = 100_000;
const WITHIN_POINTS = 0.5;

const REGIONS = ["EU", "US", "APAC"] as const;
type Region = (typeof REGIONS)[number];
const VARIANTS = { off: "off", on: "on", other: "other" };
const EMPTY: SettingState = {
  enabled: true,
  archived: false,
  offVariant: "off",
  defaultVariant: "off",
  rules: [],
  rollout: null,
};

interface Drawn {
  readonly region: Region | null;
  readonly grows: number;
}

/** Each step lets in more of its audience, up to all of it; what would be more lets in nobody else, and is left out. */
const percentages = fc
  .array(
    fc.record({ region: fc.constantFrom(null, ...REGIONS), grows: fc.integer({ min: 1, max: 45_000 }) }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn) => rising(drawn));
/** By weights, of which all but the default's grow. */
const splits = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 1, max: 9_000 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((drawn) => weighed(drawn));
const salt = fc.integer({ min: 0, max: 2 ** 31 }).map((number) => `salt-${number}`);

describe.each([
  ["percentages and audiences", percentages],
  ["splits", splits],
])("over random plans of %s", (_, plans) => {
  test("whoever gets a variant has it at every later step, and loses it on the way back, last in, first out", () => {
    fc.assert(
      fc.property(plans, salt, (steps, salted) => {
        const states = statesOf(steps);
        const exposed = states.map((state) => exposedBy(state, salted, FEW_USERS));

        for (const [index, later] of exposed.entries())
          expect([...(exposed[index - 1] ?? [])].filter((user) => !later.has(user))).toEqual([]);

        let standing = states.at(-1) ?? EMPTY;
        for (const [step, state] of [...states.entries()].reverse()) {
          standing = withSharesOf(standing, state, planOf(steps));
          expect(standing).toEqual(state);
          expect(exposedBy(standing, salted, FEW_USERS)).toEqual(exposed[step]);
        }
        expect(withSteps(states[0] ?? EMPTY, planOf(steps), steps)).toEqual(states.at(-1));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test("no plan of them falls, and each one does the other way round", () => {
    fc.assert(
      fc.property(plans, (steps) => {
        expect(fallingShares(EMPTY, planOf(steps), 0, true)).toEqual([]);
        const back = steps.toReversed();
        const isAlone = new Set(steps.map(({ audience }) => audience)).size === steps.length;
        expect(fallingShares(EMPTY, planOf(back), 0).length > 0).toBe(!isAlone);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

test(`of ${MANY_USERS} users each step reaches its share of each audience, within ${WITHIN_POINTS} points`, {
  timeout: 10_000 * RUNS,
}, () => {
  fc.assert(
    fc.property(percentages, salt, (steps, salted) => {
      for (const [applied, state] of statesOf(steps).entries()) {
        const evaluator = evaluatorOf(state, salted);
        const reached = { EU: 0, US: 0, APAC: 0 };
        for (let user = 0; user < MANY_USERS; user++) {
          for (const region of REGIONS) if (isOn(evaluator, user, region)) reached[region] += 1;
        }
        for (const region of REGIONS) {
          const percent = (100 * reached[region]) / MANY_USERS;
          expect(Math.abs(percent - shareOf(steps.slice(0, applied), region))).toBeLessThan(WITHIN_POINTS);
        }
      }
    }),
    { numRuns: Math.ceil(RUNS / 20), seed: SEED },
  );
});

function rising(drawn: readonly Drawn[]): readonly RolloutStep[] {
  const reached = new Map<Region | null, number>();
  return drawn.flatMap(({ region, grows }) => {
    const before = reached.get(region) ?? 0;
    const buckets = Math.min(before + grows, bucketsOf(100));
    reached.set(region, buckets);
    const audience = region && `region == '${region}'`;
    return buckets === before ? [] : [stepOf({ type: "percentage", buckets }, audience)];
  });
}

function weighed(drawn: readonly (readonly [on: number, other: number])[]): readonly RolloutStep[] {
  let [on, other] = [0, 0];
  return drawn.map(([more, others]) => {
    [on, other] = [Math.min(on + more, 50_000), Math.min(other + others, 50_000)];
    return stepOf({ type: "split", weights: { on, other, off: bucketsOf(100) - on - other } }, null);
  });
}

function stepOf(share: RolloutShare, audience: string | null): RolloutStep {
  return { share, audience, hold: { type: "approval" } };
}

function planOf(steps: readonly RolloutStep[]) {
  const id = rolloutPlanId.parse("01890000-0000-7000-8000-000000000000");
  return { rolloutPlanId: id, variant: "on", stickiness: null, steps };
}

/** Before the plan, and after each of its steps. */
function statesOf(steps: readonly RolloutStep[]): readonly SettingState[] {
  return [0, ...steps.keys()].map((_, applied) => withSteps(EMPTY, planOf(steps), steps.slice(0, applied)));
}

/** What a region gets: whoever is in the smaller of two shares is in the larger one too. */
function shareOf(steps: readonly RolloutStep[], region: Region): number {
  const meant = steps.filter(({ audience }) => audience === null || audience.includes(region));
  return Math.max(0, ...meant.map(({ share }) => (share.type === "percentage" ? share.buckets / 1000 : 0)));
}

function evaluatorOf(state: SettingState, salted: string): Evaluator {
  const version = { toggleKey: "cart", kind: "string", variants: VARIANTS, version: 1, revision: 1 } as const;
  const toggles = { cart: compileToggle({ ...version, state, salt: salted }) };
  const place = {
    schema: RULESET_SCHEMA,
    project: "web",
    environment: "production",
    epoch: "e",
    revision: 1,
  };
  return prepare({ ...place, schema: RULESET_SCHEMA, toggles });
}

function isOn(evaluator: Evaluator, user: number, region: Region): boolean {
  return evaluator.evaluate("cart", { userId: `user-${user}`, region }).variant === "on";
}

/** Which user gets which variant but the default's. */
function exposedBy(state: SettingState, salted: string, users: number): ReadonlySet<string> {
  const evaluator = evaluatorOf(state, salted);
  const exposed = new Set<string>();
  for (let user = 0; user < users; user++) {
    const region = REGIONS[user % REGIONS.length] ?? "EU";
    const { variant } = evaluator.evaluate("cart", { userId: `user-${user}`, region });
    if (variant !== "off") exposed.add(`${variant} ${user}`);
  }
  return exposed;
}
