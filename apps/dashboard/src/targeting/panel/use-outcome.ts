/** What the draft does to simulated users, counted in this page while it is edited. */

import type { PrepareOptions } from "@burgee/engine";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useTRPC } from "../../api/trpc.ts";
import { treeOf } from "../conditions/condition.ts";
import type { Draft } from "../draft/draft.ts";
import type { DraftPlace } from "../draft/kept-drafts.ts";
import type { DraftBasis } from "../outcome/draft-basis.ts";
import type { Outcome } from "../outcome/outcome.ts";

export type Engine = typeof import("../outcome/engine.ts");

export interface Tried {
  /** Undefined until it is loaded. */
  readonly engine: Engine | undefined;
  readonly basis: DraftBasis | undefined;
  readonly matches: PrepareOptions["matches"];
  readonly outcome: Outcome | undefined;
  readonly error: unknown;
}

export function useOutcome(place: DraftPlace, draft: Draft): Tried {
  const engine = useQuery({
    queryKey: ["engine"],
    queryFn: () => import("../outcome/engine.ts"),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const deferred = useDeferredValue(draft);
  const { basis, error } = useBasis(place, deferred, engine);
  const isMatching = useMemo(() => isAskingMatches(engine, basis, deferred), [engine, basis, deferred]);
  const matches = useQuery({
    queryKey: ["engine", "matches"],
    queryFn: async () => (await import("@burgee/engine/matches")).matches,
    enabled: isMatching,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const outcome = useMemo(() => {
    if (!engine || !basis || (isMatching && !matches)) return undefined;
    return engine.outcomeOf(basis, deferred, matches);
  }, [engine, basis, deferred, isMatching, matches]);
  return { engine, basis, matches, outcome, error };
}

function useBasis({ project, environment, toggle }: DraftPlace, draft: Draft, engine: Engine | undefined) {
  const trpc = useTRPC();
  const asked = useMemo(() => engine && askedBy(draft, engine), [draft, engine]);
  const { data, error } = useQuery(
    trpc.settings.draftBasis.queryOptions(
      { project, environment, toggle, ...asked },
      { placeholderData: keepPreviousData, staleTime: 0, enabled: engine !== undefined },
    ),
  );
  const basis = useMemo(() => (engine && data ? engine.draftBasisOf(data) : undefined), [engine, data]);
  return { basis, error };
}

function isAskingMatches(engine: Engine | undefined, basis: DraftBasis | undefined, draft: Draft): boolean {
  if (!engine || !basis) return false;
  const { compileDraft, needsMatches, rulesetWith } = engine;
  return needsMatches(basis.ruleset) || needsMatches(rulesetWith(basis, compileDraft(basis, draft)));
}

/** What the draft asks, so that the server sends it along. */
function askedBy({ rules, prerequisites }: Draft, { segmentsAsked }: Engine) {
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
