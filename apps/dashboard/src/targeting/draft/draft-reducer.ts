/** Every edit of a draft, as a value. Pure: what it answers depends on nothing else. */
import type { Prerequisite } from "@burgee/engine";
import type { Condition } from "../conditions/condition.ts";
import type { Draft, DraftRule, Served, Share } from "./draft.ts";

/** A draft, and what it began with. */
export interface DraftState {
  /** The version of the setting that `base` was. */
  readonly version: number;
  readonly base: Draft;
  readonly draft: Draft;
}

export type DraftAction =
  | { readonly type: "enable"; readonly enabled: boolean }
  | { readonly type: "serveOff" | "serveByDefault"; readonly variant: string }
  | { readonly type: "setRollout"; readonly rollout: Share | null }
  | { readonly type: "setTargets"; readonly variant: string; readonly ids: readonly string[] }
  | { readonly type: "setPrerequisites"; readonly prerequisites: readonly Prerequisite[] }
  | { readonly type: "addRule"; readonly rule: DraftRule }
  | { readonly type: "titleRule"; readonly id: string; readonly title: string }
  | { readonly type: "conditionRule"; readonly id: string; readonly condition: Condition }
  | { readonly type: "serveRule"; readonly id: string; readonly serve: Served }
  | { readonly type: "moveRule"; readonly id: string; readonly to: number }
  | { readonly type: "duplicateRule"; readonly id: string; readonly copyId: string }
  | { readonly type: "removeRule"; readonly id: string }
  /** Everything at once: an earlier version, or what came of a conflict. */
  | { readonly type: "replace"; readonly draft: Draft }
  | { readonly type: "discard" }
  /** Begin from what stands by now. */
  | { readonly type: "rebase"; readonly version: number; readonly base: Draft; readonly draft: Draft };

export function draftReducer(state: DraftState, action: DraftAction): DraftState {
  if (action.type === "rebase") return { version: action.version, base: action.base, draft: action.draft };
  return { ...state, draft: edited(state, action) };
}

function edited({ base, draft }: DraftState, action: Exclude<DraftAction, { type: "rebase" }>): Draft {
  switch (action.type) {
    case "enable":
      return { ...draft, enabled: action.enabled };
    case "serveOff":
      return { ...draft, off: action.variant };
    case "serveByDefault":
      return { ...draft, default: action.variant };
    case "setRollout":
      return { ...draft, rollout: action.rollout };
    case "setTargets":
      return { ...draft, targets: withTargets(draft, action.variant, action.ids) };
    case "setPrerequisites":
      return { ...draft, prerequisites: action.prerequisites };
    case "replace":
      return action.draft;
    case "discard":
      return base;
    default:
      return { ...draft, rules: withRules(draft.rules, action) };
  }
}

function withTargets({ targets }: Draft, variant: string, ids: readonly string[]): Draft["targets"] {
  const { [variant]: _, ...others } = targets;
  return ids.length === 0 ? others : { ...others, [variant]: ids };
}

type RuleAction = Extract<
  DraftAction,
  {
    type:
      | "addRule"
      | "titleRule"
      | "conditionRule"
      | "serveRule"
      | "moveRule"
      | "duplicateRule"
      | "removeRule";
  }
>;

function withRules(rules: readonly DraftRule[], action: RuleAction): readonly DraftRule[] {
  switch (action.type) {
    case "addRule":
      return [...rules, action.rule];
    case "titleRule":
      return rules.map((rule) => (rule.id === action.id ? { ...rule, title: action.title } : rule));
    case "conditionRule":
      return rules.map((rule) => (rule.id === action.id ? { ...rule, condition: action.condition } : rule));
    case "serveRule":
      return rules.map((rule) => (rule.id === action.id ? { ...rule, serve: action.serve } : rule));
    case "removeRule":
      return rules.filter((rule) => rule.id !== action.id);
    case "moveRule":
      return moved(rules, action.id, action.to);
    case "duplicateRule":
      return rules.flatMap((rule) => (rule.id === action.id ? [rule, copyOf(rule, action.copyId)] : [rule]));
    default:
      action satisfies never;
      return rules;
  }
}

function moved(rules: readonly DraftRule[], id: string, to: number): readonly DraftRule[] {
  const rule = rules.find((each) => each.id === id);
  if (!rule) return rules;
  const others = rules.filter((each) => each !== rule);
  return [...others.slice(0, to), rule, ...others.slice(to)];
}

function copyOf(rule: DraftRule, id: string): DraftRule {
  return { ...rule, id, title: rule.title === "" ? "" : `${rule.title} (copy)`.slice(0, 100) };
}
