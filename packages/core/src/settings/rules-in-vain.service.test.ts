import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { updateSegment, updateSegmentInput } from "../segments/update-segment.ts";
import { updateToggle, updateToggleInput } from "../toggles/update-toggle.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "./update-setting.ts";

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

  test("because its prerequisites, or all of them together, are met by nobody", async () => {
    const indian = { default: false, rules: [{ condition: "region == 'IN'", value: true }] };
    await aToggle(caller, "indian", indian);
    await aToggle(caller, "foreign", {
      default: false,
      prerequisites: [{ toggle: "indian", variants: ["off"] }],
      rules: [{ condition: "true", value: true }],
    });
    await aToggle(caller, "off", { enabled: false });
    const waiting = (key: string, ...toggles: readonly string[]) =>
      aToggle(caller, key, { prerequisites: toggles.map((toggle) => ({ toggle, variants: ["on"] })) });

    expect((await waiting("fine", "indian")).warnings).toEqual([]);
    expect((await waiting("waits", "indian", "off")).warnings).toEqual([
      {
        pointer: "/prerequisites/1",
        code: "prerequisite_unmet",
        message:
          "The prerequisite is never met, so the toggle is always off: 'off' is disabled and serves 'off'.",
      },
    ]);
    expect((await waiting("both", "indian", "foreign")).warnings).toEqual([
      {
        pointer: "/prerequisites",
        code: "prerequisite_unmet",
        message: "Nobody meets all prerequisites at once, so the toggle is always off.",
      },
    ]);
    await setToggleEnabled(caller, { toggle: "off", expectedVersion: 1, enabled: true });
    expect(
      await setToggleEnabled(caller, { toggle: "waits", expectedVersion: 1, enabled: true }),
    ).toMatchObject({ warnings: [] });
  });

  test("because of segments that its prerequisites ask", async () => {
    await segment({ key: "paying", condition: "plan == 'pro' && plan == 'team'" });
    await aToggle(caller, "base", {
      default: false,
      rules: [{ condition: "segment('paying')", value: true }],
    });

    const { warnings } = await aToggle(caller, "cart", {
      prerequisites: [{ toggle: "base", variants: ["on"] }],
    });

    expect(warnings).toMatchObject([{ pointer: "/prerequisites/0", code: "prerequisite_unmet" }]);
  });

  test("and when its toggle is changed, as it stands in the environment that is named", async () => {
    await aToggle(caller, "cart", {
      rules: [{ condition: "region == 'IN' && region == 'US'", value: false }],
    });

    const update = { key: "cart", expectedVersion: 1, description: "The new cart" };
    const { warnings } = await updateToggle(caller, parseInput(updateToggleInput, update));

    expect(warnings).toMatchObject([{ pointer: "/rules/0/condition", code: "never_matches" }]);
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

describe("a segment is saved, with a warning", () => {
  test("where its condition, or a part of it, can never hold", async () => {
    const created = await segment({ key: "nobody", condition: "plan == 'pro' && plan == 'free'" });
    const change = { key: "nobody", expectedVersion: 1, condition: "plan == 'pro' || age > 5 && age < 3" };
    const updated = await updateSegment(caller, parseInput(updateSegmentInput, change));

    expect(created.warnings).toEqual([
      {
        pointer: "/condition",
        code: "never_matches",
        message:
          "The condition of segment 'nobody' never matches: `plan == 'pro' && plan == 'free'` can never be true.",
      },
    ]);
    expect(updated.warnings).toEqual([
      {
        pointer: "/condition",
        code: "contradiction",
        message: "In segment 'nobody', `age > 5 && age < 3` can never be true.",
      },
    ]);
  });

  test("where the segments that it asks leave nobody", async () => {
    await segment({ key: "paying", condition: "plan in ['pro', 'team']" });
    await segment({ key: "beta", condition: "segment('paying') && region == 'IN'" });

    expect(
      (await segment({ key: "a", condition: "segment('beta') && plan == 'free'" })).warnings,
    ).toMatchObject([{ pointer: "/condition", code: "never_matches" }]);
    expect((await segment({ key: "b", condition: "segment('beta') && plan == 'pro'" })).warnings).toEqual([]);
    expect((await segment({ key: "c", include: ["ada"] })).warnings).toEqual([]);
  });

  test("and without one where it always holds, or is too large to look at", async () => {
    const list = Array.from({ length: 10_000 }, (_, at) => `'user-number-${at}-of-a-long-list'`);
    const nobody = `userId in [${list}] && plan == 'a' && plan == 'b'`;

    expect((await segment({ key: "all", condition: "true" })).warnings).toEqual([]);
    expect((await segment({ key: "large", condition: nobody })).warnings).toEqual([]);
  });
});

function segment(input: object) {
  return createSegment(caller, parseInput(createSegmentInput, input));
}
