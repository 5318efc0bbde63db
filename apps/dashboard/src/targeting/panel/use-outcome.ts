/** What the draft does to simulated users, counted in this page while it is edited. */

import { needsMatches, type PrepareOptions, segmentsAsked } from "@burgee/engine";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useTRPC } from "../../api/trpc.ts";
import { treeOf } from "../conditions/condition.ts";
import type { Draft } from "../draft/draft.ts";
import type { DraftPlace } from "../draft/kept-drafts.ts";
import { compileDraft, rulesetWith } from "../outcome/compile-draft.ts";
import { type DraftBasis, draftBasisOf } from "../outcome/draft-basis.ts";
import { type Outcome, outcomeOf } from "../outcome/outcome.ts";

export interface Tried {
  readonly basis: DraftBasis | undefined;
  readonly matches: PrepareOptions["matches"];
  readonly outcome: Outcome | undefined;
  readonly error: unknown;
}

export function useOutcome({ project, environment, toggle }: DraftPlace, draft: Draft): Tried {
  const trpc = useTRPC();
  const deferred = useDeferredValue(draft);
  const asked = useMemo(() => askedBy(deferred), [deferred]);
  const basis = useQuery(
    trpc.settings.draftBasis.queryOptions(
      { project, environment, toggle, ...asked },
      { placeholderData: keepPreviousData, staleTime: 0, select: draftBasisOf },
    ),
  );
  const { data } = basis;
  const isMatching = useMemo(
    () =>
      data !== undefined &&
      (needsMatches(rulesetWith(data, data.toggle)) ||
        needsMatches(rulesetWith(data, compileDraft(data, deferred)))),
    [data, deferred],
  );
  const matches = useQuery({
    queryKey: ["engine", "matches"],
    queryFn: async () => (await import("@burgee/engine/matches")).matches,
    enabled: isMatching,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const outcome = useMemo(() => {
    if (!data || (isMatching && !matches.data)) return undefined;
    return outcomeOf(data, deferred, matches.data);
  }, [data, deferred, isMatching, matches.data]);
  return { basis: data, matches: matches.data, outcome, error: basis.error };
}

/** What the draft asks, so that the server sends it along. */
function askedBy({ rules, prerequisites }: Draft) {
  const conditions = rules.map(({ condition }) => treeOf(condition) ?? false);
  const segments = conditions.flatMap((condition) => [
    ...segmentsAsked({ key: "", revision: 0, include: [], exclude: [], condition }),
  ]);
  const toggles = prerequisites
    .map(({ toggle }) => toggle)
    .filter((key) => /^[A-Za-z0-9][\w.-]{0,127}$/.test(key));
  return {
    segments: [...new Set(segments)].filter((key) => /^[A-Za-z0-9][\w.-]{0,127}$/.test(key)).sort(),
    prerequisites: [...new Set(toggles)].sort(),
  };
}
