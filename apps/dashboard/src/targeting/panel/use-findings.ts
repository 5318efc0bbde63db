/** What can be proved of a draft's rules before there is a user: that one is never reached, or can't hold. */
import type { RulesetToggle } from "@burgee/engine";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import type { Draft } from "../draft/draft.ts";
import type { DraftBasis } from "../outcome/draft-basis.ts";
import type { Tried } from "./use-outcome.ts";

/** By rule's id. */
export type Findings = ReadonlyMap<string, readonly string[]>;

const TELLING = new Set(["never_matches", "contradiction", "shadowed", "never_serves", "serves_nobody"]);
/** Some 50 ms at most, while somebody types. */
const STEPS = 100_000;
const NONE: Findings = new Map();

export function useFindings({ engine, basis, matches }: Tried, draft: Draft): Findings {
  const analysis = useQuery({
    queryKey: ["engine", "analysis"],
    queryFn: () => import("@burgee/engine/analysis"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const deferred = useDeferredValue(draft);
  if (!engine || !basis || !analysis.data) return NONE;
  return findingsOf(basis, engine.compileDraft(basis, deferred), matches, analysis.data.analyse);
}

function findingsOf(
  basis: DraftBasis,
  toggle: RulesetToggle,
  matches: Tried["matches"],
  analyse: typeof import("@burgee/engine/analysis").analyse,
): Findings {
  const { segments, toggles } = basis.ruleset;
  // What is unfinished matches nobody by itself, and that is said at its rows.
  const finished = { ...toggle, rules: toggle.rules.filter(({ condition }) => condition !== false) };
  const found = new Map<string, string[]>();
  for (const { code, verdict, place, message } of analyse(finished, {
    segments,
    toggles,
    matches,
    steps: STEPS,
  }).findings) {
    if (verdict !== "proved" || !TELLING.has(code) || place.ruleId === undefined) continue;
    found.set(place.ruleId, [...(found.get(place.ruleId) ?? []), message]);
  }
  return found;
}
