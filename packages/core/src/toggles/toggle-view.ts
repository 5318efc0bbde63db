/** A toggle as it is shown to people and programs: keys and percentages, not ids and buckets. */
import type { Environment, Setting, SettingServe, SettingState, Toggle } from "@burgee/db";
import type { Prerequisite, Targets, ToggleKind, VariantValue } from "@burgee/engine";
import type { InputIssue } from "../errors/app-error.ts";
import { percentOf, weightsOf } from "../settings/rollout-input.ts";

export interface ToggleView {
  readonly key: string;
  /** What people call it; empty where its key says enough. */
  readonly name: string;
  readonly tags: readonly string[];
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
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: Targets;
  readonly rules: readonly RuleView[];
  readonly rollout: RolloutView | null;
}

export interface RuleView {
  readonly id: string;
  readonly title?: string;
  readonly condition: string;
  /** Absent where a split says what is served. */
  readonly variant?: string;
  readonly rollout: PercentageView | SplitView | null;
}

export type RolloutView = (PercentageView & { readonly variant: string }) | SplitView;

export interface PercentageView {
  readonly type: "percentage";
  readonly value: number;
  readonly stickiness: string;
}

export interface SplitView {
  readonly type: "split";
  /** Variant key to percent. */
  readonly weights: Readonly<Record<string, number>>;
  readonly stickiness: string;
}

/** What a change answers: the toggle as it stands, and the revision from which SDKs see it. */
export interface ChangedToggleView extends ToggleView {
  readonly environment: string;
  readonly epoch: string;
  readonly revision: number;
  /** What its conditions say that is hardly meant, and which rules are in vain. */
  readonly warnings: readonly InputIssue[];
}

export function toggleView(
  toggle: Toggle,
  settings: readonly Setting[],
  environments: readonly Environment[],
): ToggleView {
  const keys = new Map(environments.map(({ environmentId, key }) => [environmentId, key]));
  return {
    key: toggle.key,
    name: toggle.name,
    tags: toggle.tags,
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
    prerequisites: state.prerequisites ?? [],
    targets: state.targets ?? {},
    rules: state.rules.map(({ id, title, condition, serve }) => ({
      id,
      ...(title !== undefined && { title }),
      condition,
      ...(serve.type !== "split" && { variant: serve.variant }),
      rollout: shareView(serve),
    })),
    rollout: state.rollout && rolloutView(state.rollout),
  };
}

function rolloutView(serve: SettingServe): RolloutView | null {
  if (serve.type !== "percentage") return splitView(serve);
  return { ...percentageView(serve), variant: serve.variant };
}

function shareView(serve: SettingServe): PercentageView | SplitView | null {
  return serve.type === "percentage" ? percentageView(serve) : splitView(serve);
}

function percentageView({
  buckets,
  stickiness,
}: Extract<SettingServe, { type: "percentage" }>): PercentageView {
  return { type: "percentage", value: percentOf(buckets), stickiness };
}

function splitView(serve: SettingServe): SplitView | null {
  if (serve.type !== "split") return null;
  return { type: "split", weights: weightsOf(serve.slices), stickiness: serve.stickiness };
}
