/** A draft as the server would compile it once it is saved, so that the engine tells what it does before it is. */
import { BUCKETS, type Ruleset, type RulesetToggle, type Serve, withWeights } from "@burgee/engine";
import { treeOf } from "../conditions/condition.ts";
import type { Draft, DraftRule, Served, Share } from "../draft/draft.ts";
import type { DraftBasis } from "./draft-basis.ts";

/** Of one percent. */
const BUCKETS_PER_PERCENT = BUCKETS / 100;

/** The environment as far as the toggle's drafts go, with one of them in the place of what is published. */
export function rulesetWith({ ruleset }: DraftBasis, toggle: RulesetToggle): Ruleset {
  return { ...ruleset, toggles: { ...ruleset.toggles, [toggle.key]: toggle } };
}

/** A rule that is unfinished matches nobody. */
export function compileDraft(basis: DraftBasis, draft: Draft): RulesetToggle {
  const { prerequisites: _, targets: __, ...saved } = basis.toggle;
  return {
    ...saved,
    enabled: draft.enabled,
    offVariant: draft.off,
    defaultVariant: draft.default,
    ...(draft.prerequisites.length > 0 && { prerequisites: draft.prerequisites }),
    ...(Object.keys(draft.targets).length > 0 && { targets: draft.targets }),
    rules: draft.rules.map((rule) => compileRule(basis, rule)),
    rollout: draft.rollout && serveOf(draft.rollout, basis.toggle.rollout, basis.salt),
  };
}

function compileRule({ toggle, ruleSalts, attributes }: DraftBasis, { id, condition, serve }: DraftRule) {
  const before = toggle.rules.find((rule) => rule.id === id)?.serve ?? null;
  const tree = isWhole(serve) ? treeOf(condition, { attributes }) : undefined;
  // A rule that is new is given its salt when it is saved; who is drawn until then is as many, and others.
  return { id, condition: tree ?? false, serve: serveOf(serve, before, ruleSalts[id] ?? `new ${id}`) };
}

function serveOf(serve: Served, before: Serve | null, salt: string): Serve {
  if (serve.type === "variant") return serve;
  const { stickiness } = serve;
  if (serve.type === "percentage") {
    return { type: "percentage", variant: serve.variant, buckets: bucketsOf(serve.value), stickiness, salt };
  }
  const slices = isWhole(serve) ? slicesOf(serve, before) : [];
  return { type: "split", slices, stickiness, salt };
}

/** Cut as the server cuts them: so that it moves the fewest users. */
function slicesOf({ weights }: Extract<Share, { type: "split" }>, before: Serve | null) {
  const buckets = Object.entries(weights).map(([variant, value]) => [variant, bucketsOf(value)] as const);
  return withWeights(before?.type === "split" ? before.slices : [], Object.fromEntries(buckets));
}

/** Whether a split's weights sum to 100. */
export function isWhole(serve: Served): boolean {
  return serve.type !== "split" || sumOf(serve.weights) === BUCKETS;
}

/** In buckets, which are whole numbers. */
export function sumOf(weights: Readonly<Record<string, number>>): number {
  return Object.values(weights).reduce((sum, value) => sum + bucketsOf(value), 0);
}

export function bucketsOf(percent: number): number {
  return Math.round(percent * BUCKETS_PER_PERCENT);
}

export function percentOf(buckets: number): number {
  return buckets / BUCKETS_PER_PERCENT;
}
