import { createInstance } from "@featurevisor/sdk";

const EVERYONE = 100_000;

/** @type {import("../engine/side.ts").Side} */
export const side = {
  name: "@featurevisor/sdk",
  write: (toggles) =>
    JSON.stringify({
      schemaVersion: "2",
      revision: "1",
      segments: Object.assign({}, ...toggles.map(({ key, rule }) => segments(key, rule))),
      features: Object.fromEntries(
        toggles.map(({ key, rule }) => [key, { bucketBy: "userId", traffic: traffic(key, rule) }]),
      ),
    }),
  contextOf: (attributes) => attributes,

  async ready(text) {
    const instance = createInstance({ datafile: text, logLevel: "fatal" });
    return {
      isOn: (key, context) => instance.isEnabled(key, context),
      close: () => instance.close(),
    };
  },
};

/**
 * @param {string} key
 * @param {import("../engine/side.ts").BenchRule} rule
 */
function segments(key, rule) {
  if (rule.kind !== "three") return {};
  return {
    [`${key}-ids`]: { conditions: [{ attribute: "userId", operator: "in", value: rule.ids }] },
    [`${key}-region`]: {
      conditions: [
        { attribute: "region", operator: "equals", value: "IN" },
        { attribute: "plan", operator: "equals", value: "pro" },
      ],
    },
    [`${key}-version`]: {
      conditions: [{ attribute: "appVersion", operator: "semverGreaterThanOrEquals", value: "1.35.0" }],
    },
  };
}

/**
 * @param {string} key
 * @param {import("../engine/side.ts").BenchRule} rule
 */
function traffic(key, rule) {
  switch (rule.kind) {
    case "plain":
      return [{ key: "1", segments: "*", percentage: EVERYONE }];
    case "percentage":
      return [{ key: "1", segments: "*", percentage: (rule.percent * EVERYONE) / 100 }];
    case "three":
      return [
        { key: "1", segments: `${key}-ids`, percentage: EVERYONE },
        { key: "2", segments: `${key}-region`, percentage: EVERYONE },
        { key: "3", segments: `${key}-version`, percentage: EVERYONE },
      ];
  }
}
