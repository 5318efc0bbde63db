import type { SettingState } from "@burgee/db";
import type { Targets } from "@burgee/engine";
import { changeOf, digestOf } from "../audit/list-change.ts";
import { settingStateView } from "../toggles/toggle-view.ts";

/** What the audit trail says of a setting that is changed, or ended. */
export function auditedSetting(state: SettingState): object {
  return { ...settingStateView(state), targets: byVariant(state.targets, (_, ids) => digestOf(ids)) };
}

/** What it says of what a setting became. */
export function auditedSettingChange(state: SettingState, before: SettingState | undefined): object {
  const empty = Object.fromEntries(Object.keys(before?.targets ?? {}).map((variant) => [variant, []]));
  const targets = { ...empty, ...state.targets };
  return {
    ...settingStateView(state),
    targets: byVariant(targets, (variant, ids) => changeOf(before?.targets?.[variant] ?? [], ids)),
  };
}

function byVariant(
  targets: Targets = {},
  tell: (variant: string, ids: readonly string[]) => object,
): Readonly<Record<string, object>> {
  return Object.fromEntries(Object.entries(targets).map(([variant, ids]) => [variant, tell(variant, ids)]));
}
