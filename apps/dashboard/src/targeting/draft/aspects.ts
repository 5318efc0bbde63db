/** A draft taken apart into what can change by itself, so that two drafts are compared, told apart and merged by one rule. */
import { textOf } from "../conditions/condition.ts";
import type { Draft, DraftRule } from "./draft.ts";

export type RuleAspect = "title" | "condition" | "serve";
export const RULE_ASPECTS: readonly RuleAspect[] = ["title", "condition", "serve"];

export const OWN_ASPECTS = ["enabled", "off", "default", "prerequisites", "rollout"] as const;
export type OwnAspect = (typeof OWN_ASPECTS)[number];

export function ruleOf(draft: Draft, id: string): DraftRule | undefined {
  return draft.rules.find((rule) => rule.id === id);
}

/** What of a rule's aspect can be compared: a condition is what it says, however it is edited. */
export function aspectOf(rule: DraftRule, aspect: RuleAspect): unknown {
  if (aspect === "condition") return textOf(rule.condition) ?? rule.condition;
  return aspect === "title" ? rule.title.trim() : rule.serve;
}

export function isSameRule(one: DraftRule, other: DraftRule): boolean {
  return RULE_ASPECTS.every((aspect) => isSame(aspectOf(one, aspect), aspectOf(other, aspect)));
}

/** The variants that either has targets of. */
export function targetedVariants(...drafts: readonly Draft[]): readonly string[] {
  return [...new Set(drafts.flatMap(({ targets }) => Object.keys(targets)))].sort();
}

/** The order of those rules that all of the drafts have. */
export function commonOrder(draft: Draft, ...others: readonly Draft[]): readonly string[] {
  return draft.rules.map(({ id }) => id).filter((id) => others.every((other) => ruleOf(other, id)));
}

/** Of JSON values; the order of an object's names means nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = Object.entries(one).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(other).filter(([, value]) => value !== undefined));
  return (
    left.length === right.size &&
    left.every(([name, value]) => right.has(name) && isSame(value, right.get(name)))
  );
}
