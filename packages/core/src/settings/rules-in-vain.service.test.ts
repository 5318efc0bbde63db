import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { updateSetting, updateSettingInput } from "./update-setting.ts";

const installation = await install();
let caller: AtHome;

beforeEach(async () => {
  caller = await installation.newTenant();
});
afterAll(() => installation.close());

describe("a setting is saved, with a warning, where its rules are in vain", () => {
  test("because one never matches, one is never reached, and one has a part that can't be", async () => {
    const rules = [
      { id: "a", condition: "region == 'IN' && region == 'US'", value: true },
      { id: "b", condition: "region in ['IN', 'FR']", value: true },
      { id: "c", condition: "region == 'IN' && plan == 'pro'", value: true },
      { id: "d", condition: "plan == 'pro' || age > 5 && age < 3", value: true },
    ];

    const { warnings, settings } = await aToggle(caller, "cart", { rules });

    expect(settings[0]?.rules).toHaveLength(4);
    expect(warnings).toEqual([
      {
        pointer: "/rules/0/condition",
        code: "never_matches",
        message: "Rule 1 ('a') never matches: `region == 'IN' && region == 'US'` can never be true.",
      },
      {
        pointer: "/rules/2/condition",
        code: "shadowed",
        message: "Rule 3 ('c') is never reached: whoever it would serve is served before, by rule 2 ('b').",
      },
      {
        pointer: "/rules/3/condition",
        code: "contradiction",
        message: "In rule 4 ('d'), `age > 5 && age < 3` can never be true.",
      },
    ]);
  });

  test("because of the segments that they ask, and those ask", async () => {
    await segment({ key: "paying", condition: "plan in ['pro', 'team']" });
    await segment({ key: "beta", condition: "segment('paying') && region == 'IN'" });
    await aToggle(caller, "base");
    await aToggle(caller, "cart");
    const change = (condition: string, expectedVersion: number) => {
      const rules = [{ condition, value: true }];
      const prerequisites = [{ toggle: "base", variants: ["on"] }];
      const input = { toggle: "cart", expectedVersion, enabled: true, default: false, rules, prerequisites };
      return updateSetting(caller, parseInput(updateSettingInput, input));
    };

    expect((await change("segment('beta') && plan == 'free'", 1)).warnings).toMatchObject([
      { pointer: "/rules/0/condition", code: "never_matches" },
    ]);
    expect((await change("segment('beta') && plan == 'pro'", 2)).warnings).toEqual([]);
  });

  test("but not of a rollout that starts at nothing, nor where it is too large to look at", async () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `'user-number-${at}-of-a-long-list'`);
    const nobody = "region == 'IN' && region == 'US'";

    const small = await aToggle(caller, "small", { rollout: { type: "percentage", value: 0 } });
    const large = await aToggle(caller, "large", {
      rules: [
        { condition: `userId in [${ids}]`, value: true },
        { condition: nobody, value: true },
      ],
    });

    expect([small.warnings, large.warnings]).toEqual([[], []]);
  });
});

function segment(input: object) {
  return createSegment(caller, parseInput(createSegmentInput, input));
}
