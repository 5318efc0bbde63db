import { expect, test } from "vitest";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import type { RulesetToggle } from "../index.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { compileToggle } from "./compile-toggle.ts";
import { plainCompiler } from "./compiler.ts";
import { decisionsOf } from "./decision.ts";
import { prepare } from "./prepare.ts";
import { compilePrerequisite } from "./prerequisites.ts";
import { ToggleRun } from "./toggle-run.ts";

const on = { type: "variant", variant: "on" } as const;
const hashed = { salt: "s1", stickiness: "userId" } as const;
const tenPercent = { type: "percentage", variant: "on", buckets: 10_000, ...hashed } as const;

test.each<[string, Partial<RulesetToggle>, number]>([
  [
    "one that is off",
    { enabled: false, rules: [{ id: "r", condition: condition("a == 1"), serve: on }] },
    20,
  ],
  ["one that is the same for everyone", {}, 20],
  [
    "two rules by the objects and lists in them",
    {
      rules: [
        { id: "r1", condition: condition("a == 'x' && b.startsWith('y')"), serve: on },
        { id: "r2", condition: true, serve: tenPercent },
      ],
    },
    // The list of rules; two rules and what they serve; `&&`, its list, `==`, a, the call, b and its list.
    20 + 1 + 2 * 2 + 7,
  ],
  [
    "a split by its slices",
    {
      rollout: {
        type: "split",
        ...hashed,
        slices: [
          ["on", 0, 1],
          ["off", 1, 2],
        ],
      },
    },
    20 + 1 + 1 + 1 + 2,
  ],
  ["targets as if there were none", { targets: { on: Array.from({ length: 99 }, String) } }, 20 + 1],
])("charges a prerequisite for what it asks: %s", (_what, changes, units) => {
  const toggle = toggleWith(changes);
  const asked = { toggle, decide: compileToggle(toggle, plainCompiler) };
  const choose = compilePrerequisite(
    { toggle: "cart", variants: ["on"] },
    decisionsOf(toggle)("off", "DISABLED"),
  );
  const run = new ToggleRun();
  run.begin({ toggle: () => asked, segment: () => undefined, matches: undefined, nowMs: () => 0 });

  choose({}, run);
  choose({}, run);

  expect(EVALUATION_LIMITS.units - run.left).toBe(2 * units);
});

test("reads no more of a context for prerequisites and segments that many ask than the budget pays", () => {
  const heavy = condition(Array(160).fill("plan == 'pro'").join(" || "));
  const requiring = (...keys: string[]) => keys.map((toggle) => ({ toggle, variants: ["off"] }));
  const keys = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
  const toggles = [
    toggleWith({ key: "heavy", rules: Array(20).fill({ id: "r", condition: heavy, serve: on }) }),
    ...keys("b", 20).map((key) => toggleWith({ key, prerequisites: requiring("heavy") })),
    ...keys("c", 20).map((key) => toggleWith({ key, prerequisites: requiring(...keys("b", 20)) })),
    toggleWith({ prerequisites: requiring(...keys("c", 20)), defaultVariant: "on" }),
    toggleWith({
      key: "segments",
      rules: Array(200).fill({ id: "r", condition: condition("segment('beta')"), serve: on }),
    }),
  ];
  const segments = {
    beta: segmentWith({ condition: condition(Array(200).fill("segment('plan')").join(" || ")) }),
    plan: segmentWith({ key: "plan", condition: heavy }),
  };
  const { evaluate } = prepare(rulesetWith(toggles, { segments }));
  let reads = 0;
  const context = {
    get plan() {
      reads++;
      return "free";
    },
  };

  expect(evaluate("cart", context)).toMatchObject({ reason: "DISABLED", note: expect.any(String) });
  expect(reads).toBeLessThan(EVALUATION_LIMITS.units);
  expect(reads).toBeGreaterThan(20_000);
  reads = 0;
  expect(evaluate("segments", context)).toMatchObject({ reason: "DEFAULT", note: expect.any(String) });
  expect(reads).toBeLessThan(EVALUATION_LIMITS.units);
});
