import { getClient, PollingMode, User } from "configcat-node";

/** @type {import("../engine/side.ts").Side} */
export const side = {
  name: "configcat-node",
  write: (toggles) =>
    JSON.stringify({
      p: { u: "https://example.invalid", r: 0, s: "bench" },
      f: Object.fromEntries(toggles.map(({ key, rule }) => [key, setting(rule)])),
    }),
  contextOf: ({ userId, ...custom }) => new User(userId, undefined, undefined, custom),

  async ready(text) {
    const cached = `${Date.now()}\n"bench"\n${text}`;
    const client = getClient("bench-bench-bench-benc/bench-bench-bench-benc", PollingMode.ManualPoll, {
      offline: true,
      logger: null,
      cache: { get: () => cached, set: () => {} },
    });
    await client.waitForReady();
    const snapshot = client.snapshot();
    return {
      isOn: (key, context) => snapshot.getValue(key, false, context),
      close: () => client.dispose(),
    };
  },
};

const BOOLEAN = 0;
const IS_ONE_OF = 0;
const EQUALS = 28;
const SEMVER_AT_LEAST = 9;

/** @param {import("../engine/side.ts").BenchRule} rule */
function setting(rule) {
  switch (rule.kind) {
    case "plain":
      return { t: BOOLEAN, v: { b: true } };
    case "percentage":
      return {
        t: BOOLEAN,
        v: { b: false },
        p: [
          { p: rule.percent, v: { b: true } },
          { p: 100 - rule.percent, v: { b: false } },
        ],
      };
    case "three":
      return {
        t: BOOLEAN,
        v: { b: false },
        r: [
          [{ a: "Identifier", c: IS_ONE_OF, l: rule.ids }],
          [
            { a: "region", c: EQUALS, s: "IN" },
            { a: "plan", c: EQUALS, s: "pro" },
          ],
          [{ a: "appVersion", c: SEMVER_AT_LEAST, s: "1.35.0" }],
        ].map((conditions) => ({ c: conditions.map((u) => ({ u })), s: { v: { b: true } } })),
      };
  }
}
