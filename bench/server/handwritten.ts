/** The yardstick of many evaluations: closures written by hand for just these toggles, and an answer in our form. */
import { murmur3 } from "../engine/murmur3.ts";
import type { Attributes, ServedToggle } from "./scenario.ts";

/** What a ruleset says of a toggle, as far as an answer shows it or a closure hashes it. */
export interface Published {
  readonly version: number;
  readonly ruleIds: readonly string[];
  readonly salt: string | undefined;
}

type Evaluate = (context: Attributes) => object;

export function closuresOf(
  toggles: readonly ServedToggle[],
  published: ReadonlyMap<string, Published>,
  revision: number,
): ReadonlyMap<string, Evaluate> {
  return new Map(
    toggles.map((toggle) => {
      const { version = 1, ruleIds = [], salt = "" } = published.get(toggle.key) ?? {};
      const result = (value: boolean, reason: string, ruleId?: string) => ({
        key: toggle.key,
        enabled: value,
        value,
        variant: value ? "on" : "off",
        reason,
        ...(ruleId === undefined ? {} : { ruleId }),
        version,
        revision,
        metadata: { source: "live" },
      });
      return [toggle.key, closureOf(toggle, result, ruleIds, salt)];
    }),
  );
}

type MakeResult = (value: boolean, reason: string, ruleId?: string) => object;

function closureOf(
  { rule }: ServedToggle,
  result: MakeResult,
  ruleIds: readonly string[],
  salt: string,
): Evaluate {
  if (rule.kind === "plain") {
    const only = result(false, "STATIC");
    return () => only;
  }
  const off = result(false, "DEFAULT");
  if (rule.kind === "percentage") {
    const on = result(true, "SPLIT");
    const buckets = rule.percent * 1_000;
    const prefix = `b1|${salt}|rollout|`;
    return ({ userId }) =>
      Math.floor((murmur3(`${prefix}${userId.length}:${userId}`) * 100_000) / 2 ** 32) < buckets ? on : off;
  }
  const ids = new Set(rule.ids);
  const [first, second, third] = [0, 1, 2].map((at) => result(true, "TARGETING_MATCH", ruleIds[at]));
  const none = off;
  return ({ userId, region, plan, appVersion }) => {
    if (ids.has(userId)) return first ?? none;
    if (region === "IN" && plan === "pro") return second ?? none;
    return isFrom135(appVersion) ? (third ?? none) : none;
  };
}

function isFrom135(version: string): boolean {
  const first = version.indexOf(".");
  const second = version.indexOf(".", first + 1);
  const major = Number(version.slice(0, first));
  if (major !== 1) return major > 1;
  return Number(version.slice(first + 1, second)) >= 35;
}
