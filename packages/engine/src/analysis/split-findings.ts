import { BUCKETS } from "../bucketing/bucket.ts";
import type { RulesetToggle, Serve } from "../ruleset/ruleset.ts";
import type { Finding, Place } from "./finding.ts";

/** Splits whose slices leave gaps, or lie over one another. */
export function splitFindings({ key, rules, rollout }: RulesetToggle): readonly Finding[] {
  const ofRules = rules.map(({ id, serve }, ruleIndex): [Serve, Place] => [
    serve,
    { toggle: key, ruleId: id, ruleIndex },
  ]);
  const ofRollout: [Serve, Place][] = rollout ? [[rollout, { toggle: key, isRollout: true }]] : [];
  return [...ofRules, ...ofRollout].flatMap(([serve, place]) =>
    serve.type === "split" ? ofSplit(serve.slices, place) : [],
  );
}

function ofSplit(slices: readonly (readonly [string, number, number])[], place: Place): readonly Finding[] {
  let end = 0;
  let covered = 0;
  let isOverlapping = false;
  for (const [, from, to] of slices) {
    isOverlapping ||= from < end;
    covered += Math.max(0, Math.min(to, BUCKETS) - Math.max(from, end));
    end = Math.max(end, to);
  }
  const findings: Finding[] = [];
  const percent = covered / (BUCKETS / 100);
  if (covered < BUCKETS) {
    const message = `The split serves ${percent} %: everyone else is passed on.`;
    findings.push({ code: "split_gap", verdict: "proved", place, message });
  }
  if (isOverlapping) {
    const message = "Slices of the split lie over one another: the first of them serves.";
    findings.push({ code: "split_overlap", verdict: "proved", place, message });
  }
  return findings;
}
