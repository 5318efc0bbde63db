import type { Expression, ExpressionNode } from "../language/expression.ts";
import { asksLibrary } from "./asks-library.ts";
import { needsSeen } from "./needs.ts";
import type { Ruleset, RulesetPatch, RulesetSegment, RulesetToggle } from "./ruleset.ts";
import { someNode } from "./some-node.ts";

/**
 * Whether a condition of a ruleset, or of what a patch brings, calls `matches`: then `@burgee/engine/matches` is to be loaded
 * before it is prepared. Takes what was read; what a patch leaves alone is not looked at.
 */
export function needsMatches(read: Ruleset | RulesetPatch): boolean {
  return needsSeen(read)?.matches ?? someConditionHas(read, isCallOfMatches);
}

/** As {@link needsMatches} for `@burgee/engine/library`, for whoever prepares by `@burgee/engine/core`. */
export function needsLibrary(read: Ruleset | RulesetPatch): boolean {
  return needsSeen(read)?.library ?? someConditionHas(read, asksLibrary);
}

function someConditionHas(read: Ruleset | RulesetPatch, test: (node: ExpressionNode) => boolean): boolean {
  const toggles = "changes" in read ? read.changes : read.toggles;
  return [...Object.values(toggles), ...Object.values(read.segments ?? {})].some((part) =>
    conditionsOf(part).some((condition) => someNode(condition, test)),
  );
}

/** The keys of the segments that a toggle, or another segment, asks itself. */
export function segmentsAsked(part: RulesetToggle | RulesetSegment): ReadonlySet<string> {
  const asked = new Set<string>();
  for (const condition of conditionsOf(part)) {
    someNode(condition, (node) => {
      if (node.kind === "segment") asked.add(node.key);
      return false;
    });
  }
  return asked;
}

function conditionsOf(part: RulesetToggle | RulesetSegment | null): readonly Expression[] {
  if (part === null) return [];
  return "rules" in part ? part.rules.map(({ condition }) => condition) : [part.condition];
}

function isCallOfMatches(node: ExpressionNode): boolean {
  return node.kind === "call" && node.name === "matches";
}
