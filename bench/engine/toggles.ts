import type { BenchAttributes, BenchToggle } from "./side.ts";

/** A power of two, so that an index wraps by a mask. */
export const CONTEXTS = 1024;

/** One in eight is listed by id, one in nine is in region IN on plan pro, one in eight has a new enough version. */
export const attributes: readonly BenchAttributes[] = Array.from({ length: CONTEXTS }, (_, index) => ({
  userId: index % 8 === 0 ? `user-${index % 800}` : `guest-${index}`,
  region: index % 3 === 0 ? "IN" : "NO",
  plan: index % 9 < 3 ? "pro" : "free",
  appVersion: `1.${index % 40}.${index % 7}`,
}));

/** Every eighth user below 800: a list of 100. */
export const ids = Array.from({ length: 100 }, (_, index) => `user-${index * 8}`);

export const scenarios = {
  plain: { key: "plain", rule: { kind: "plain" } },
  "three rules": { key: "three-rules", rule: { kind: "three", ids } },
  "10 % rollout": { key: "rollout", rule: { kind: "percentage", percent: 10 } },
} as const satisfies Readonly<Record<string, BenchToggle>>;

export type Scenario = keyof typeof scenarios;

/** What a service of some size holds: a third of each, and ten lists of ids that toggles share. */
export function manyToggles(count: number): readonly BenchToggle[] {
  return Array.from({ length: count }, (_, index): BenchToggle => {
    const key = `toggle-${index}`;
    if (index % 3 === 0) return { key, rule: { kind: "plain" } };
    if (index % 3 === 1) return { key, rule: { kind: "percentage", percent: (index % 20) * 5 } };
    return { key, rule: { kind: "three", ids: ids.map((id) => `${id}-${index % 10}`) } };
  });
}
