import type { Prerequisite, RulesetToggle } from "../ruleset/ruleset.ts";
import type { Finding } from "./finding.ts";
import type { Questions } from "./question.ts";

/** Prerequisites that nobody meets, one by one or together. */
export function prerequisiteFindings(toggle: RulesetToggle, questions: Questions): readonly Finding[] {
  const { formulas } = questions;
  const prerequisites = toggle.prerequisites ?? [];
  const findings = prerequisites.flatMap((each) => findingOf(toggle, each, questions));
  const all = prerequisites.map((each) => formulas.prerequisite(toggle, each, true));
  if (findings.length === 0 && all.length > 1 && questions.isImpossible(...all)) {
    const message = "Nobody meets all prerequisites at once, so the toggle is always off.";
    findings.push({ code: "prerequisite_unmet", verdict: "proved", place: { toggle: toggle.key }, message });
  }
  return findings;
}

function findingOf(toggle: RulesetToggle, prerequisite: Prerequisite, questions: Questions): Finding[] {
  const { formulas } = questions;
  const { toggle: key, variants } = prerequisite;
  const place = { toggle: toggle.key, prerequisite: key };
  const wanted = variants.map((variant) => `'${variant}'`).join(" or ") || "a variant of an empty list";
  if (formulas.isUnruly(toggle)) {
    const message = `The prerequisite '${key}' may be part of a circle, or of one too long to follow: then the toggle is off.`;
    return [{ code: "prerequisite_cycle", verdict: "possible", place, message }];
  }
  if (!questions.isImpossible(formulas.prerequisite(toggle, prerequisite, true))) return [];

  const other = formulas.toggle(key);
  const why = !other
    ? "is not there"
    : other.enabled
      ? `never serves ${wanted}`
      : `is disabled and serves '${other.offVariant}'`;
  const message = `The prerequisite is never met, so the toggle is always off: '${key}' ${why}.`;
  return [{ code: "prerequisite_unmet", verdict: "proved", place, message }];
}
