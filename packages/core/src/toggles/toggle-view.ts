/** A toggle as it is shown to people and programs: keys and percentages, not ids and buckets. */
import type { Environment, Setting, SettingServe, SettingState, Toggle } from "@burgee/db";
import type { ToggleKind, VariantValue } from "@burgee/engine";
import { percentOf } from "../settings/setting-input.ts";

export interface ToggleView {
  readonly key: string;
  readonly kind: ToggleKind;
  readonly description: string;
  readonly variants: Readonly<Record<string, VariantValue>>;
  /** The JSON Schema that every variant meets. */
  readonly valueSchema: object | null;
  readonly archived: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly settings: readonly SettingView[];
}

export interface SettingView extends SettingStateView {
  readonly environment: string;
  readonly version: number;
  readonly updatedBy: string;
  readonly updatedAt: string;
}

export interface SettingStateView {
  readonly enabled: boolean;
  readonly default: string;
  readonly off: string;
  readonly rules: readonly RuleView[];
  readonly rollout: RolloutView | null;
}

export interface RuleView {
  readonly id: string;
  readonly condition: string;
  readonly variant: string;
  readonly rollout: Omit<RolloutView, "variant"> | null;
}

export interface RolloutView {
  readonly type: "percentage";
  readonly value: number;
  readonly variant: string;
  readonly stickiness: string;
}

/** What a change answers: the toggle as it stands, and the revision from which SDKs see it. */
export interface ChangedToggleView extends ToggleView {
  readonly environment: string;
  readonly epoch: string;
  readonly revision: number;
}

export function toggleView(
  toggle: Toggle,
  settings: readonly Setting[],
  environments: readonly Environment[],
): ToggleView {
  const keys = new Map(environments.map(({ environmentId, key }) => [environmentId, key]));
  return {
    key: toggle.key,
    kind: toggle.kind,
    description: toggle.description,
    variants: toggle.variants,
    valueSchema: toggle.valueSchema,
    archived: toggle.archivedAt !== null,
    createdBy: toggle.createdBy,
    createdAt: toggle.createdAt.toISOString(),
    updatedAt: toggle.updatedAt.toISOString(),
    settings: settings
      .map((setting) => settingView(setting, keys.get(setting.environmentId) ?? ""))
      .sort((a, b) => (a.environment < b.environment ? -1 : 1)),
  };
}

export function settingView(setting: Setting, environment: string): SettingView {
  return {
    environment,
    version: setting.version,
    ...settingStateView(setting.state),
    updatedBy: setting.updatedBy,
    updatedAt: setting.updatedAt.toISOString(),
  };
}

export function settingStateView(state: SettingState): SettingStateView {
  return {
    enabled: state.enabled,
    default: state.defaultVariant,
    off: state.offVariant,
    rules: state.rules.map(({ id, condition, serve }) => {
      const rollout = rolloutView(serve);
      return {
        id,
        condition,
        variant: serve.variant,
        rollout: rollout && { type: rollout.type, value: rollout.value, stickiness: rollout.stickiness },
      };
    }),
    rollout: state.rollout && rolloutView(state.rollout),
  };
}

function rolloutView(serve: SettingServe): RolloutView | null {
  if (serve.type !== "percentage") return null;
  return {
    type: "percentage",
    value: percentOf(serve.buckets),
    variant: serve.variant,
    stickiness: serve.stickiness,
  };
}
