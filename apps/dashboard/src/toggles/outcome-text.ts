/** Who gets what, in as few words as a line has room for. */
import type { SettingSummary } from "./toggle-search.ts";

const percent = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

export function outcomeText(setting: SettingSummary): string {
  if (!setting.enabled) return `${setting.off} for all`;
  const exceptions = exceptionsOf(setting);
  const others = othersOf(setting);
  return exceptions.length === 0 ? others : `${exceptions.join(", ")}, else ${others}`;
}

function exceptionsOf({ prerequisites, targets, rules }: SettingSummary): readonly string[] {
  return [counted(prerequisites, "prerequisite"), counted(targets, "target"), counted(rules, "rule")].filter(
    (text) => text !== undefined,
  );
}

function othersOf({ rollout, default: served, rules, targets, prerequisites }: SettingSummary): string {
  if (rollout?.type === "percentage") return `${percent.format(rollout.value)} % ${rollout.variant}`;
  if (rollout?.type === "split") {
    return Object.entries(rollout.weights)
      .map(([variant, weight]) => `${percent.format(weight)} % ${variant}`)
      .join(" / ");
  }
  return rules + targets + prerequisites === 0 ? `${served} for all` : served;
}

function counted(count: number, what: string): string | undefined {
  return count === 0 ? undefined : `${count} ${what}${count === 1 ? "" : "s"}`;
}
