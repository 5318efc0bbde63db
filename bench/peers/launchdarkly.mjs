import { init, integrations } from "@launchdarkly/node-server-sdk";

/** @type {import("../engine/side.ts").Side} */
export const side = {
  name: "@launchdarkly/node-server-sdk",
  write: (toggles) => JSON.stringify(toggles.map(flag)),
  contextOf: ({ userId, ...attributes }) => ({ kind: "user", key: userId, ...attributes }),

  async ready(text) {
    const source = new integrations.TestData();
    for (const each of JSON.parse(text)) source.usePreconfiguredFlag(each);
    const client = init("sdk-bench", {
      updateProcessor: source.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: { error() {}, warn() {}, info() {}, debug() {} },
    });
    await client.waitForInitialization({ timeout: 5 });
    return {
      isOn: (key, context) => client.boolVariation(key, context, false),
      close: () => client.close(),
    };
  },
};

const ON = 0;
const OFF = 1;

/** @param {import("../engine/side.ts").BenchToggle} toggle */
function flag({ key, rule }) {
  return {
    key,
    version: 1,
    on: true,
    variations: [true, false],
    offVariation: OFF,
    fallthrough: fallthrough(rule),
    rules: rules(rule),
    targets: [],
    prerequisites: [],
    salt: key,
    sel: "",
    deleted: false,
  };
}

/** @param {import("../engine/side.ts").BenchRule} rule */
function fallthrough(rule) {
  if (rule.kind !== "percentage") return { variation: rule.kind === "plain" ? ON : OFF };
  return {
    rollout: {
      variations: [
        { variation: ON, weight: rule.percent * 1_000 },
        { variation: OFF, weight: (100 - rule.percent) * 1_000 },
      ],
    },
  };
}

/** @param {import("../engine/side.ts").BenchRule} rule */
function rules(rule) {
  if (rule.kind !== "three") return [];
  return [
    [clause("key", "in", rule.ids)],
    [clause("region", "in", ["IN"]), clause("plan", "in", ["pro"])],
    [{ ...clause("appVersion", "semVerLessThan", ["1.35.0"]), negate: true }],
  ].map((clauses, index) => ({ id: `r${index + 1}`, variation: ON, clauses, trackEvents: false }));
}

/**
 * @param {string} attribute
 * @param {string} op
 * @param {readonly string[]} values
 */
function clause(attribute, op, values) {
  return { contextKind: "user", attribute, op, values, negate: false };
}
