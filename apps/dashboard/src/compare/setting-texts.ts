/** A setting in words, aspect by aspect, and what sets two of them apart. */
import type { Outputs } from "../api/trpc.ts";

export type Setting = Outputs["toggles"]["get"]["settings"][number];
type Rule = Setting["rules"][number];
type Share = NonNullable<Rule["rollout"]>;

export interface AspectText {
  readonly aspect: string;
  readonly lines: readonly string[];
}

export interface AspectDifference {
  readonly aspect: string;
  /** Lines that only the first has, and those that only the second has. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

const percent = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
/** Longer lists are told by how many they are. */
const MOST_NAMED = 5;

export function textsOf(setting: Setting): readonly AspectText[] {
  return [
    { aspect: "State", lines: [setting.enabled ? "On" : "Off"] },
    { aspect: "Prerequisites", lines: setting.prerequisites.map(prerequisiteText) },
    { aspect: "Targets", lines: Object.entries(setting.targets).map(targetText) },
    { aspect: "Rules", lines: setting.rules.map(ruleText) },
    { aspect: "Everybody else", lines: [othersText(setting)] },
    { aspect: "While off", lines: [setting.off] },
  ];
}

/** None where both serve everybody the same. */
export function differencesOf(before: Setting, after: Setting): readonly AspectDifference[] {
  const others = textsOf(after);
  return textsOf(before).flatMap(({ aspect, lines }, index) => {
    const next = others[index]?.lines ?? [];
    const removed = without(lines, next);
    const added = without(next, lines);
    if (removed.length + added.length > 0) return [{ aspect, removed, added }];
    const isSameOrder = lines.every((line, at) => line === next[at]);
    // The same lines otherwise ordered: which one comes first decides.
    return isSameOrder ? [] : [{ aspect: `Order of ${aspect.toLowerCase()}`, removed: lines, added: next }];
  });
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}

function prerequisiteText({ toggle, variants }: Setting["prerequisites"][number]): string {
  return `${toggle} serves ${variants.join(" or ")}`;
}

function targetText([variant, ids]: readonly [string, readonly string[]]): string {
  const named = ids.slice(0, MOST_NAMED).join(", ");
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : "";
  return `${variant} for ${named}${more}`;
}

function ruleText({ condition, variant, rollout }: Rule): string {
  return `If ${condition}: ${rollout ? shareText(rollout, variant) : variant}`;
}

function othersText({ rollout, default: served }: Setting): string {
  if (!rollout) return served;
  return rollout.type === "split"
    ? shareText(rollout)
    : `${shareText(rollout, rollout.variant)}, the rest ${served}`;
}

function shareText(share: Share, variant = ""): string {
  const by = `by ${share.stickiness}`;
  if (share.type === "percentage") return `${percent.format(share.value)} % ${variant} ${by}`;
  const shares = Object.entries(share.weights).map(([each, weight]) => `${percent.format(weight)} % ${each}`);
  return `${shares.join(" / ")} ${by}`;
}
