/** Where a toggle's variants are served. */
import type { Outputs } from "../api/trpc.ts";

type Toggle = Outputs["toggles"]["get"];
type Setting = Toggle["settings"][number];

export interface Use {
  readonly environment: string;
  /** `rule 2 (Pilots)`, `default`. */
  readonly where: string;
}

/** By variant, in the order of environments and of what decides in them. */
export function usedIn({
  settings,
  variants,
}: Pick<Toggle, "settings" | "variants">): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>(Object.keys(variants).map((variant) => [variant, []]));
  for (const setting of settings) {
    for (const [variant, where] of placesIn(setting))
      uses.get(variant)?.push({ environment: setting.environment, where });
  }
  return uses;
}

function placesIn(setting: Setting): readonly (readonly [variant: string, where: string])[] {
  const rules = setting.rules.flatMap((rule, index) => {
    const where = rule.title === undefined ? `rule ${index + 1}` : `rule ${index + 1} (${rule.title})`;
    return servedBy(rule.variant, rule.rollout).map((variant) => [variant, where] as const);
  });
  const { rollout } = setting;
  const byRollout = rollout ? servedBy("variant" in rollout ? rollout.variant : undefined, rollout) : [];
  return [
    ...Object.entries(setting.targets)
      .filter(([, ids]) => ids.length > 0)
      .map(([variant]) => [variant, "individual targets"] as const),
    ...rules,
    ...byRollout.map((variant) => [variant, "rollout"] as const),
    [setting.default, "default"],
    [setting.off, "while off"],
  ];
}

function servedBy(
  variant: string | undefined,
  rollout: Setting["rollout"] | Setting["rules"][number]["rollout"],
): readonly string[] {
  if (rollout?.type !== "split") return variant === undefined ? [] : [variant];
  return Object.entries(rollout.weights)
    .filter(([, weight]) => weight > 0)
    .map(([key]) => key);
}
