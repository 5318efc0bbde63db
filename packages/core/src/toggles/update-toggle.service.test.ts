import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, aToggle, inRole, install } from "../../test/installation.ts";
import { aRollout } from "../../test/rollout.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { listRollouts } from "../rollouts/list-rollouts.ts";
import { listHistory, listHistoryInput } from "../settings/list-history.ts";
import { updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { updateToggle, updateToggleInput } from "./update-toggle.ts";

const installation = await install();
const { nudges, newTenant } = installation;
let caller: AtHome;

const VARIANTS = { small: { width: 1 }, large: { width: 2 } };

beforeEach(async () => {
  caller = await newTenant();
  await createEnvironment(caller, { key: "staging", name: "Staging" });
  await aToggle(caller, "cart", { variants: VARIANTS, default: "small" });
  nudges.length = 0;
});
afterAll(() => installation.close());

test("other variants are the next version of the setting in every environment, and reach SDKs there", async () => {
  const variants = { ...VARIANTS, large: { width: 3 }, huge: { width: 9 } };
  const updated = await update({ variants, description: "Sizes", valueSchema: { required: ["width"] } });

  expect(updated).toMatchObject({
    description: "Sizes",
    variants,
    valueSchema: { required: ["width"] },
    revision: 3,
    settings: [
      { environment: "production", version: 2, default: "small", enabled: true },
      { environment: "staging", version: 2, enabled: false },
    ],
  });
  expect(nudges).toHaveLength(2);
  expect((await listHistory(caller, parseInput(listHistoryInput, { toggle: "cart" }))).items).toHaveLength(2);
  const { items } = await listAudit(caller, { limit: 1 });
  expect(items).toMatchObject([
    {
      action: "toggle.updated",
      before: { variants: VARIANTS, valueSchema: null },
      after: { variants, revisions: { production: 3, staging: 3 } },
    },
  ]);
});

test("a description or a schema alone changes no setting", async () => {
  const updated = await update({ description: "Sizes", valueSchema: {} });

  expect(updated).toMatchObject({ description: "Sizes", valueSchema: {}, variants: VARIANTS, revision: 2 });
  expect(updated.settings).toMatchObject([{ version: 1 }, { version: 1 }]);
  expect(nudges).toEqual([]);
  expect(await update({ valueSchema: null })).toMatchObject({ description: "Sizes", valueSchema: null });
});

test.each<[string, object, string, RegExp]>([
  [
    "a value of another kind in a toggle of numbers",
    { key: "count", variants: { one: "1" } },
    "/variants/one",
    /is a number/,
  ],
  [
    "a value that the schema refuses",
    { valueSchema: { properties: { width: { maximum: 1 } } } },
    "/variants/large/width",
    /large, at \/width, is not/,
  ],
  ["variants of a boolean toggle", { key: "flag", variants: { on: true } }, "/variants", /leave them out/],
  [
    "a variant away that is served",
    { variants: { large: {} } },
    "/variants",
    /: small \(new environments\), small \(production\), small \(staging\)\.$/,
  ],
  [
    "a variant away that another waits for",
    { variants: { small: {} } },
    "/variants",
    /large \(menu in production waits for it\)/,
  ],
])("%s is refused", async (_, input, pointer, message) => {
  await aToggle(caller, "count", { default: 1 });
  await aToggle(caller, "flag");
  await aToggle(caller, "menu", { prerequisites: [{ toggle: "cart", variants: ["large"] }] });

  await expect(update(input)).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ pointer, message: expect.stringMatching(message) }],
  });
});

test.each([
  ["a rule", { rules: [{ condition: "true", variant: "large" }] }],
  ["a split", { rollout: { type: "split", weights: { small: 50, large: 50 } } }],
  ["a target", { targets: { large: ["ada"] } }],
  ["the off variant", { off: "large" }],
])("a variant that %s serves in some environment stays", async (_, setting) => {
  const whole = {
    toggle: "cart",
    environment: "staging",
    expectedVersion: 1,
    enabled: true,
    default: "small",
  };
  await updateSetting(caller, parseInput(updateSettingInput, { ...whole, ...setting }));

  await expect(update({ variants: { small: {} } })).rejects.toMatchObject({
    issues: [{ code: "variant_in_use", message: expect.stringContaining("large (staging)") }],
  });
  await expect(update({ variants: { small: {}, large: {} } })).resolves.toMatchObject({
    settings: [{ version: 2 }, { version: 3 }],
  });
});

test("a version that is stale is a conflict, and a viewer may not", async () => {
  await update({ variants: { ...VARIANTS, huge: {} } });

  await expect(update({ description: "late" })).rejects.toMatchObject({ code: "version_conflict" });
  await expect(
    updateToggle(
      inRole(caller, "viewer"),
      parseInput(updateToggleInput, { key: "cart", expectedVersion: 2 }),
    ),
  ).rejects.toMatchObject({ code: "forbidden" });
});

test("a plan that was raising a percentage ends, since its next step would not know the new version", async () => {
  await aRollout(caller, { variant: "large" });

  await update({ variants: { ...VARIANTS, huge: {} } });

  expect(await listRollouts(caller, { toggle: "cart" })).toMatchObject([{ status: "conflict" }]);
});

async function update(input: object) {
  return updateToggle(caller, parseInput(updateToggleInput, { key: "cart", expectedVersion: 1, ...input }));
}
