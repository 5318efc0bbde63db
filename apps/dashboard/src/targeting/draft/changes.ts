/** What one draft says otherwise than another, change by change, in sentences. */
import { whoPhrase } from "../sentences/condition-phrase.ts";
import { listed, type Phrase, percentText, variantPart } from "../sentences/phrase.ts";
import { servePhrase, sharesPhrase, whoGetsPhrase } from "../sentences/summary.ts";
import {
  aspectOf,
  commonOrder,
  isSame,
  isSameRule,
  OWN_ASPECTS,
  type OwnAspect,
  RULE_ASPECTS,
  type RuleAspect,
  ruleOf,
  targetedVariants,
} from "./aspects.ts";
import type { Draft, DraftRule } from "./draft.ts";

export interface Change {
  /** What it is about: two changes of one path are of the same thing. */
  readonly path: string;
  readonly phrase: Phrase;
}

export function changesBetween(before: Draft, after: Draft): readonly Change[] {
  return [
    ...OWN_ASPECTS.filter((aspect) => !isSame(before[aspect], after[aspect])).map((aspect) => ({
      path: aspect,
      phrase: ownPhrase(aspect, before, after),
    })),
    ...targetChanges(before, after),
    ...ruleChanges(before, after),
  ];
}

/** `Rule 2 (Pilot customers)`, by its place in a draft. */
export function ruleName(draft: Draft, { id, title }: Pick<DraftRule, "id" | "title">): string {
  const place = draft.rules.findIndex((rule) => rule.id === id) + 1;
  return title.trim() === "" ? `Rule ${place}` : `Rule ${place} (${title.trim()})`;
}

function ownPhrase(aspect: OwnAspect, before: Draft, after: Draft): Phrase {
  switch (aspect) {
    case "enabled":
      return after.enabled ? ["Turned on."] : ["Turned off: everyone gets ", variantPart(after.off), "."];
    case "off":
      return [
        "Serves ",
        variantPart(after.off),
        " while it is off, in place of ",
        variantPart(before.off),
        ".",
      ];
    case "default":
      return [
        "Serves ",
        variantPart(after.default),
        " by default, in place of ",
        variantPart(before.default),
        ".",
      ];
    case "prerequisites":
      return prerequisitesPhrase(after);
    default:
      return rolloutPhrase(before, after);
  }
}

function prerequisitesPhrase({ prerequisites }: Draft): Phrase {
  if (prerequisites.length === 0) return ["Waits for no other toggle any more."];
  const each = prerequisites.map(
    ({ toggle, variants }): Phrase => [
      { code: toggle },
      " to serve ",
      ...listed(
        variants.map((variant) => [variantPart(variant)]),
        "or",
      ),
    ],
  );
  return ["Waits for ", ...listed(each), "."];
}

function rolloutPhrase({ rollout: before }: Draft, { rollout: after }: Draft): Phrase {
  if (!after) return ["The rollout after the rules ends."];
  if (after.type === "percentage") {
    const from = before?.type === "percentage" ? `, up to now ${percentText(before.value)}` : "";
    return [
      `The rollout serves ${percentText(after.value)} `,
      variantPart(after.variant),
      ` by `,
      { code: after.stickiness },
      `${from}.`,
    ];
  }
  return [
    "The rollout splits into ",
    ...sharesPhrase(after.weights),
    " by ",
    { code: after.stickiness },
    ".",
  ];
}

function targetChanges(before: Draft, after: Draft): readonly Change[] {
  return targetedVariants(before, after).flatMap((variant) => {
    const [old, now] = [new Set(before.targets[variant]), new Set(after.targets[variant])];
    const added = [...now].filter((id) => !old.has(id)).length;
    const removed = [...old].filter((id) => !now.has(id)).length;
    if (added + removed === 0) return [];
    const moves = [
      ...(added > 0 ? [`${added} added`] : []),
      ...(removed > 0 ? [`${removed} taken away`] : []),
    ];
    return [
      {
        path: `targets/${variant}`,
        phrase: ["Users who always get ", variantPart(variant), `: ${moves.join(", ")}.`],
      },
    ];
  });
}

function ruleChanges(before: Draft, after: Draft): readonly Change[] {
  const removed = before.rules
    .filter(({ id }) => !ruleOf(after, id))
    .map((rule) => ({ path: `rules/${rule.id}`, phrase: [`${ruleName(before, rule)} is removed.`] }));
  const kept = after.rules.flatMap((rule) => {
    const old = ruleOf(before, rule.id);
    return old ? changesOfRule(after, old, rule) : [addition(after, rule)];
  });
  const isReordered = !isSame(commonOrder(before, after), commonOrder(after, before));
  const order: Phrase = [
    "The rules come in another order: ",
    ...listed(after.rules.map((rule) => [orderName(before, rule)])),
    ".",
  ];
  return [...removed, ...kept, ...(isReordered ? [{ path: "order", phrase: order }] : [])];
}

function addition(after: Draft, rule: DraftRule): Change {
  const phrase: Phrase = [`${ruleName(after, rule)} is new: `, ...whoGetsPhrase(rule), "."];
  return { path: `rules/${rule.id}`, phrase };
}

function changesOfRule(after: Draft, old: DraftRule, rule: DraftRule): readonly Change[] {
  if (isSameRule(old, rule)) return [];
  return RULE_ASPECTS.filter((aspect) => !isSame(aspectOf(old, aspect), aspectOf(rule, aspect))).map(
    (aspect) => ({
      path: `rules/${rule.id}/${aspect}`,
      phrase: aspectPhrase(aspect, ruleName(after, rule), old, rule),
    }),
  );
}

function aspectPhrase(aspect: RuleAspect, name: string, old: DraftRule, rule: DraftRule): Phrase {
  if (aspect === "title") {
    return rule.title.trim() === ""
      ? [`${name} has no title any more.`]
      : [`${name} was called “${old.title.trim()}”.`];
  }
  if (aspect === "condition") return [`${name} is now for `, ...whoPhrase(rule.condition), "."];
  return [`${name}: its users now `, ...servePhrase(rule.serve), "."];
}

/** By its place before, since that is what people remember. */
function orderName(before: Draft, rule: DraftRule): string {
  const isOld = ruleOf(before, rule.id) !== undefined;
  return isOld
    ? ruleName(before, rule)
    : rule.title.trim() === ""
      ? "the new rule"
      : `the new rule (${rule.title.trim()})`;
}
