import { once } from "node:events";
import { Unleash } from "unleash-client";

/** @type {import("../engine/side.ts").Side} */
export const side = {
  name: "unleash-client",
  write: (toggles) => JSON.stringify(toggles.map(feature)),
  contextOf: ({ userId, ...properties }) => ({ userId, properties }),

  async ready(text) {
    const client = new Unleash({
      appName: "bench",
      url: "http://127.0.0.1:1",
      refreshInterval: 0,
      disableMetrics: true,
      disableAutoStart: true,
      skipInstanceCountWarning: true,
      bootstrap: { data: JSON.parse(text) },
      storageProvider: { get: async () => undefined, set: async () => {} },
    });
    client.on("error", () => {});
    const synchronized = once(client, "synchronized");
    await client.start();
    await synchronized;
    return {
      isOn: (key, context) => client.isEnabled(key, context),
      close: () => client.destroy(),
    };
  },
};

/** @param {import("../engine/side.ts").BenchToggle} toggle */
function feature({ key, rule }) {
  return { name: key, type: "release", enabled: true, strategies: strategies(key, rule), variants: [] };
}

/**
 * @param {string} key
 * @param {import("../engine/side.ts").BenchRule} rule
 */
function strategies(key, rule) {
  switch (rule.kind) {
    case "plain":
      return [{ name: "default", parameters: {}, constraints: [] }];
    case "percentage":
      return [
        {
          name: "flexibleRollout",
          parameters: { rollout: String(rule.percent), stickiness: "userId", groupId: key },
          constraints: [],
        },
      ];
    case "three":
      return [
        [{ contextName: "userId", operator: "IN", values: rule.ids }],
        [
          { contextName: "region", operator: "IN", values: ["IN"] },
          { contextName: "plan", operator: "IN", values: ["pro"] },
        ],
        [{ contextName: "appVersion", operator: "SEMVER_LT", value: "1.35.0", inverted: true }],
      ].map((constraints) => ({ name: "default", parameters: {}, constraints }));
  }
}
