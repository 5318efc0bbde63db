import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";

const installation = await install();
let caller: AtHome;

beforeEach(async () => {
  caller = await installation.newTenant();
});
afterAll(() => installation.close());

const on = (...toggles: string[]) => toggles.map((toggle) => ({ toggle, variants: ["on"] }));

test("prerequisites are kept with a setting, from its first version on", async () => {
  await aToggle(caller, "a");
  await aToggle(caller, "b", { prerequisites: on("a") });
  await update("b", 1, { prerequisites: [{ toggle: "a", variants: ["on", "off"] }] });

  expect(await getToggle(caller, { key: "b" })).toMatchObject({
    settings: [{ prerequisites: [{ toggle: "a", variants: ["on", "off"] }] }],
  });
});

test.each([
  [
    "a toggle that is not there",
    on("nobody"),
    "/prerequisites/0/toggle",
    "There is no toggle nobody in this project.",
  ],
  ["an archived toggle", on("gone"), "/prerequisites/0/toggle", "The toggle gone is archived."],
  [
    "an unknown variant",
    [{ toggle: "a", variants: ["on", "red"] }],
    "/prerequisites/0/variants/1",
    "The toggle a has no variant red, only on, off.",
  ],
  ["itself", on("b"), "/prerequisites/0/toggle", "A toggle can't wait for itself: b -> b."],
  ["one toggle twice", on("a", "a"), "/prerequisites/1/toggle", "a is a prerequisite already."],
  [
    "no variants",
    [{ toggle: "a", variants: [] }],
    "/prerequisites/0/variants",
    "Name the variants that will do.",
  ],
  [
    "more than 20",
    on(...Array.from({ length: 21 }, (_, n) => `t${n}`)),
    "/prerequisites",
    "A toggle has at most 20 prerequisites.",
  ],
])("%s is refused as a prerequisite", async (_, prerequisites, pointer, message) => {
  await aToggle(caller, "a");
  await aToggle(caller, "b");
  await aToggle(caller, "gone");
  await archiveToggle(caller, { key: "gone", expectedVersion: 1 });

  await expect((async () => update("b", 1, { prerequisites }))()).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ pointer, message }],
  });
});

test("a circle is refused with the way around it, and changes nothing", async () => {
  await aToggle(caller, "a");
  await aToggle(caller, "b", { prerequisites: on("a") });
  await aToggle(caller, "c", { prerequisites: on("b") });

  await expect(update("a", 1, { prerequisites: on("c") })).rejects.toMatchObject({
    code: "invalid_input",
    issues: [
      {
        pointer: "/prerequisites",
        code: "circular_prerequisites",
        message: "These toggles would wait for each other: a -> c -> b -> a.",
      },
    ],
  });
  expect((await getToggle(caller, { key: "a" })).settings).toMatchObject([{ version: 1, prerequisites: [] }]);
});

test("a circle is one of one environment: the same toggles may wait the other way round in another", async () => {
  await createEnvironment(caller, { key: "staging", name: "Staging" });
  await aToggle(caller, "a");
  await aToggle(caller, "b", { prerequisites: on("a") });

  await expect(update("a", 1, { environment: "staging", prerequisites: on("b") })).resolves.toBeDefined();
});

test("two changes at once that would close a circle don't both pass", async () => {
  await aToggle(caller, "a");
  await aToggle(caller, "b");

  const both = await Promise.allSettled([
    update("a", 1, { prerequisites: on("b") }),
    update("b", 1, { prerequisites: on("a") }),
  ]);

  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

test("a way of ten is followed, and one of eleven is refused, wherever it is lengthened", async () => {
  await aToggle(caller, "t0");
  for (let n = 1; n <= 10; n++) await aToggle(caller, `t${n}`, { prerequisites: on(`t${n - 1}`) });
  await aToggle(caller, "below");

  await expect(aToggle(caller, "t11", { prerequisites: on("t10") })).rejects.toMatchObject({
    issues: [
      {
        message: expect.stringMatching(/^Prerequisites are followed 10 deep; .+: t11 -> t10 -> .+ -> t0\.$/),
      },
    ],
  });
  await expect(update("t0", 1, { prerequisites: on("below") })).rejects.toMatchObject({
    issues: [{ message: expect.stringMatching(/: t10 -> .+ -> t0 -> below\.$/) }],
  });
});

test("a toggle that another waits for can't be archived, and says who waits where", async () => {
  await createEnvironment(caller, { key: "staging", name: "Staging" });
  await aToggle(caller, "a");
  await aToggle(caller, "b");
  await update("b", 1, { environment: "staging", prerequisites: on("a") });

  await expect(archiveToggle(caller, { key: "a", expectedVersion: 1 })).rejects.toMatchObject({
    code: "toggle_in_use",
    message: "The toggle a is a prerequisite of b (staging); take it out there first.",
    details: { usedBy: [{ toggle: "b", environment: "staging" }] },
  });
  await archiveToggle(caller, { key: "b", expectedVersion: 1 });
  await expect(archiveToggle(caller, { key: "a", expectedVersion: 1 })).resolves.toMatchObject({
    archived: true,
  });
});

function update(toggle: string, expectedVersion: number, input: object) {
  const whole = { toggle, expectedVersion, enabled: true, default: true, ...input };
  return updateSetting(caller, parseInput(updateSettingInput, whole));
}
