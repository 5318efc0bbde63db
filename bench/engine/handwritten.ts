import { murmur3 } from "./murmur3.ts";
import type { BenchAttributes, BenchRule, BenchToggle, Side } from "./side.ts";

/** What an engine's evaluation answers, and this one as well. */
interface Result {
  readonly key: string;
  readonly value: boolean;
  readonly variant: string;
  readonly enabled: boolean;
  readonly reason: string;
  readonly ruleId?: string;
  readonly version: number;
  readonly revision: number;
}

type Evaluate = (context: BenchAttributes) => Result;

/**
 * The yardstick: one closure a toggle, written by hand for just these rules, doing the work that can't be left out: one Set
 * look-up, one version read and compared with one read before, one murmur3. Its results are made before, as the engine's.
 */
export const side: Side<BenchAttributes> = {
  name: "hand-written closure",
  write: (toggles) => JSON.stringify(toggles),
  contextOf: (attributes) => ({ ...attributes }),

  async ready(text) {
    const toggles: readonly BenchToggle[] = JSON.parse(text);
    const closures = new Map(toggles.map(({ key, rule }) => [key, closureOf(key, rule)]));
    return {
      isOn: (key, context) => closures.get(key)?.(context).enabled === true,
      close: () => {},
    };
  },
};

function closureOf(key: string, rule: BenchRule): Evaluate {
  switch (rule.kind) {
    case "plain": {
      const on = resultOf(key, true, "STATIC");
      return () => on;
    }
    case "percentage":
      return percentage(key, rule.percent * 1_000);
    case "three":
      return threeRules(key, new Set(rule.ids));
  }
}

function percentage(key: string, buckets: number): Evaluate {
  const on = resultOf(key, true, "SPLIT");
  const off = resultOf(key, false, "DEFAULT");
  const prefix = `b1|${key}|rollout|`;
  return ({ userId }) => {
    const hash = murmur3(`${prefix}${userId.length}:${userId}`);
    return Math.floor((hash * 100_000) / 2 ** 32) < buckets ? on : off;
  };
}

function threeRules(key: string, ids: ReadonlySet<string>): Evaluate {
  const first = resultOf(key, true, "TARGETING_MATCH", "r1");
  const second = resultOf(key, true, "TARGETING_MATCH", "r2");
  const third = resultOf(key, true, "TARGETING_MATCH", "r3");
  const off = resultOf(key, false, "DEFAULT");
  const least = versionOf("1.35.0");
  return ({ userId, region, plan, appVersion }) => {
    if (ids.has(userId)) return first;
    if (region === "IN" && plan === "pro") return second;
    return isAtLeast(versionOf(appVersion), least) ? third : off;
  };
}

type Version = readonly [major: number, minor: number, patch: number];

function versionOf(text: string): Version {
  const first = text.indexOf(".");
  const second = text.indexOf(".", first + 1);
  return [
    Number(text.slice(0, first)),
    Number(text.slice(first + 1, second)),
    Number(text.slice(second + 1)),
  ];
}

function isAtLeast(version: Version, least: Version): boolean {
  if (version[0] !== least[0]) return version[0] > least[0];
  if (version[1] !== least[1]) return version[1] > least[1];
  return version[2] >= least[2];
}

function resultOf(key: string, value: boolean, reason: string, ruleId?: string): Result {
  const variant = value ? "on" : "off";
  const known = { key, value, variant, enabled: value, reason, version: 1, revision: 1 };
  return Object.freeze(ruleId === undefined ? known : { ...known, ruleId });
}
