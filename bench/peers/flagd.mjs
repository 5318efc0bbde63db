import { FlagdCore } from "@openfeature/flagd-core";

/** @type {import("../engine/side.ts").Side} */
export const side = {
  name: "@openfeature/flagd-core",
  write: (toggles) =>
    JSON.stringify({ flags: Object.fromEntries(toggles.map(({ key, rule }) => [key, flag(rule)])) }),
  contextOf: (attributes) => ({ targetingKey: attributes.userId, ...attributes }),

  async ready(text) {
    const core = new FlagdCore();
    core.setConfigurations(text);
    return {
      isOn: (key, context) => core.resolveBooleanEvaluation(key, false, context, quiet).value,
      close: () => {},
    };
  },
};

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

/** @param {import("../engine/side.ts").BenchRule} rule */
function flag(rule) {
  const common = { state: "ENABLED", variants: { on: true, off: false } };
  switch (rule.kind) {
    case "plain":
      return { ...common, defaultVariant: "on" };
    case "percentage":
      return {
        ...common,
        defaultVariant: "off",
        targeting: {
          fractional: [
            ["on", rule.percent],
            ["off", 100 - rule.percent],
          ],
        },
      };
    case "three":
      return {
        ...common,
        defaultVariant: "off",
        targeting: {
          if: [
            { in: [{ var: "userId" }, rule.ids] },
            "on",
            { and: [{ "===": [{ var: "region" }, "IN"] }, { "===": [{ var: "plan" }, "pro"] }] },
            "on",
            { sem_ver: [{ var: "appVersion" }, ">=", "1.35.0"] },
            "on",
            "off",
          ],
        },
      };
  }
}
