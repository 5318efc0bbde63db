/** What one user of one's own choice gets by a draft, and why. Undefined until both are there. */
import { useDeferredValue, useMemo } from "react";
import { readContext } from "../../playground/context-text.ts";
import type { Draft } from "../draft/draft.ts";
import type { Tried } from "./use-outcome.ts";

export function useTested({ engine, basis, matches }: Tried, draft: Draft, text: string) {
  const deferred = useDeferredValue(draft);
  return useMemo(() => {
    const read = readContext(text);
    if (!engine || !basis || !read.ok || Object.keys(read.context).length === 0) return undefined;
    const { compileDraft, explain, rulesetWith } = engine;
    const ruleset = rulesetWith(basis, compileDraft(basis, deferred));
    return explain(ruleset, basis.toggle.key, read.context, { matches });
  }, [engine, basis, deferred, matches, text]);
}
