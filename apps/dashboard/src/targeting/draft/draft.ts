/** A setting while it is edited: what one person has in mind, before anybody else sees it. */
import type { Prerequisite, Targets } from "@burgee/engine";
import type { Inputs, Outputs } from "../../api/trpc.ts";
import { type Condition, conditionOf, textOf } from "../conditions/condition.ts";

/** A setting as the server tells it: in a toggle, in a version of its history, or in a conflict. */
export type SettingContent = Pick<
  Outputs["toggles"]["get"]["settings"][number],
  "enabled" | "default" | "off" | "prerequisites" | "targets" | "rules" | "rollout"
>;
export type SettingInput = Omit<
  Inputs["settings"]["update"],
  "project" | "environment" | "toggle" | "expectedVersion" | "comment"
>;

export interface Draft {
  readonly enabled: boolean;
  /** The variant that is served while it is off. */
  readonly off: string;
  readonly default: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: Targets;
  readonly rules: readonly DraftRule[];
  /** For whom no rule decided. */
  readonly rollout: Share | null;
}

export interface DraftRule {
  readonly id: string;
  readonly title: string;
  readonly condition: Condition;
  readonly serve: Served;
}

export type Served = { readonly type: "variant"; readonly variant: string } | Share;

/** Percentages, in thousandths at most. */
export type Share =
  | {
      readonly type: "percentage";
      readonly variant: string;
      readonly value: number;
      readonly stickiness: string;
    }
  | {
      readonly type: "split";
      readonly weights: Readonly<Record<string, number>>;
      readonly stickiness: string;
    };

export function draftOf(setting: SettingContent): Draft {
  return {
    enabled: setting.enabled,
    off: setting.off,
    default: setting.default,
    prerequisites: setting.prerequisites,
    targets: setting.targets,
    rules: setting.rules.map(({ id, title = "", condition, variant, rollout }) => ({
      id,
      title,
      condition: conditionOf(condition),
      serve: servedOf(variant, rollout),
    })),
    rollout: setting.rollout,
  };
}

/** What is sent to be saved; undefined while a condition is unfinished. */
export function settingInputOf(draft: Draft): SettingInput | undefined {
  const rules: NonNullable<SettingInput["rules"]> = [];
  for (const { id, title, condition, serve } of draft.rules) {
    const text = textOf(condition);
    if (text === undefined) return undefined;
    rules.push({ id, title: title.trim() === "" ? null : title.trim(), condition: text, ...served(serve) });
  }
  const { enabled, off, default: byDefault, prerequisites, targets, rollout } = draft;
  return {
    enabled,
    off,
    default: byDefault,
    prerequisites: prerequisites.map(({ toggle, variants }) => ({ toggle, variants: [...variants] })),
    targets: Object.fromEntries(Object.entries(targets).map(([variant, ids]) => [variant, [...ids]])),
    rules,
    rollout,
  };
}

/** The same content without what only the editing knows: for comparing drafts, and for showing them as JSON. */
export function plainDraft(draft: Draft): object {
  return {
    ...draft,
    rules: draft.rules.map(({ condition, ...rule }) => ({ ...rule, condition: textOf(condition) ?? null })),
  };
}

function servedOf(variant: string | undefined, rollout: SettingContent["rules"][number]["rollout"]): Served {
  if (rollout?.type === "split") return rollout;
  return rollout ? { ...rollout, variant: variant ?? "" } : { type: "variant", variant: variant ?? "" };
}

function served(serve: Served) {
  switch (serve.type) {
    case "variant":
      return { variant: serve.variant };
    case "percentage": {
      const { variant, ...rollout } = serve;
      return { variant, rollout };
    }
    default:
      return { rollout: serve };
  }
}
