/** Evaluations as they are answered. */
import type { ServedFrom } from "@burgee/core";
import type { Evaluation } from "@burgee/engine";
import { clientView } from "./client-view.ts";
import { viewOf } from "./evaluation-view.ts";

/** Who reads an answer: whoever has a server's or a personal key, or a page. */
export type Audience = "trusted" | "anybody";

/**
 * Written out once: the engine answers with frozen objects that it shares between calls, and to write one out takes longer than to
 * decide it. They go with their ruleset.
 */
const written: Readonly<Record<Audience, Readonly<Record<ServedFrom, WeakMap<Evaluation, string>>>>> = {
  trusted: { live: new WeakMap(), stale: new WeakMap(), disk: new WeakMap() },
  anybody: { live: new WeakMap(), stale: new WeakMap(), disk: new WeakMap() },
};

/** JSON. */
export function evaluationText(evaluation: Evaluation, source: ServedFrom, audience: Audience): string {
  const texts = written[audience][source];
  const known = texts.get(evaluation);
  if (known !== undefined) return known;

  const view = viewOf(evaluation, source);
  const text = JSON.stringify(audience === "trusted" ? view : clientView(view));
  if (Object.isFrozen(evaluation)) texts.set(evaluation, text);
  return text;
}
