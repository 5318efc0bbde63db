/** Sets a toggle in one environment as it is set in another. */
import type { Inputs, Outputs } from "../api/trpc.ts";
import type { Setting } from "./setting-texts.ts";

type Toggle = Outputs["toggles"]["get"];
type SettingInput = Inputs["settings"]["update"];

/** @param to the setting that is replaced: of the version that the person has seen */
export function copiedSetting(
  toggle: Pick<Toggle, "key" | "variants">,
  from: Setting,
  to: Pick<Setting, "environment" | "version">,
): Omit<SettingInput, "project"> {
  return {
    environment: to.environment,
    toggle: toggle.key,
    expectedVersion: to.version,
    enabled: from.enabled,
    // By its value: a key may be another variant's value.
    default: toggle.variants[from.default] ?? from.default,
    off: toggle.variants[from.off] ?? from.off,
    prerequisites: from.prerequisites.map(({ toggle: key, variants }) => ({
      toggle: key,
      variants: [...variants],
    })),
    targets: Object.fromEntries(Object.entries(from.targets).map(([variant, ids]) => [variant, [...ids]])),
    // An id is its environment's own.
    rules: from.rules.map(({ id: _, variant, ...rule }) => ({
      ...rule,
      ...(variant !== undefined && { variant }),
    })),
    rollout: from.rollout && { ...from.rollout },
  };
}
