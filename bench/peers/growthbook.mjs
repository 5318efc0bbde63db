import { GrowthBookClient } from "@growthbook/growthbook";

/** @type {import("../engine/side.ts").Side} */
export const side = {
  name: "@growthbook/growthbook",
  write: (toggles) =>
    JSON.stringify({
      features: Object.fromEntries(
        toggles.map(({ key, rule }) => [key, { defaultValue: rule.kind === "plain", rules: rules(rule) }]),
      ),
    }),
  contextOf: (attributes) => ({ attributes }),

  async ready(text) {
    const client = new GrowthBookClient().initSync({ payload: JSON.parse(text) });
    return {
      isOn: (key, context) => client.isOn(key, context),
      close: () => client.destroy(),
    };
  },
};

/** @param {import("../engine/side.ts").BenchRule} rule */
function rules(rule) {
  switch (rule.kind) {
    case "plain":
      return [];
    case "percentage":
      return [{ id: "r1", force: true, coverage: rule.percent / 100, hashAttribute: "userId" }];
    case "three":
      return [
        { id: "r1", force: true, condition: { userId: { $in: rule.ids } } },
        { id: "r2", force: true, condition: { region: "IN", plan: "pro" } },
        { id: "r3", force: true, condition: { appVersion: { $vgte: "1.35.0" } } },
      ];
  }
}
