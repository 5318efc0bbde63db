import type { Segment } from "@burgee/db";
import type { RulesetToggle } from "@burgee/engine";
import type { FindingCode } from "@burgee/engine/analysis";
import type { InputIssue } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { compileSegment } from "../rulesets/compile-segment.ts";
import { bytesOf, findings } from "../settings/rules-in-vain.ts";

const LONGEST_PART = 200;

/**
 * What can be proved of a segment's condition when it is saved: that it, or a part of it, never holds. Warnings, and in the same form and
 * under the same bounds as those of rules.
 * @param around the segments that it asks, and that those ask
 */
export function segmentInVain(segment: Segment, around: readonly Segment[]): readonly InputIssue[] {
  if (segment.state.archived || bytesOf(segment, ...around) > LIMITS.analysedBytes) return [];
  const { condition } = compileSegment({ ...segment, revision: 0 });
  if (condition === null) return [];

  return findings(ruleOf(condition), around).flatMap(({ code, place: { part = "" } }) => {
    const say = SENTENCES[code];
    const quoted = part.length > LONGEST_PART ? `\`${part.slice(0, LONGEST_PART)}…\`` : `\`${part}\``;
    return say ? [{ pointer: "/condition", code, message: say(segment.key, quoted) }] : [];
  });
}

const SENTENCES: Partial<Record<FindingCode, (key: string, part: string) => string>> = {
  never_matches: (key, part) => `The condition of segment '${key}' never matches: ${part} can never be true.`,
  contradiction: (key, part) => `In segment '${key}', ${part} can never be true.`,
};

/** A toggle with the one rule: what is proved of rules is proved of its condition alone, and of nothing else of the project. */
function ruleOf(condition: RulesetToggle["rules"][number]["condition"]): RulesetToggle {
  return {
    key: "segment",
    kind: "boolean",
    version: 1,
    revision: 0,
    enabled: true,
    variants: { on: true, off: false },
    offVariant: "off",
    defaultVariant: "off",
    rules: [{ id: "condition", condition, serve: { type: "variant", variant: "on" } }],
    rollout: null,
  };
}
