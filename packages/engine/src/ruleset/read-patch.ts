import { checkCount, checkKey } from "./check-keys.ts";
import { checkShared } from "./check-shared.ts";
import { checkToggles } from "./check-toggle.ts";
import { keepNeeds, type Needs } from "./needs.ts";
import { at, type Fields, type Problem, problem } from "./problem.ts";
import {
  checkAttributes,
  checkSegments,
  checkTraceparent,
  findError,
  type ReadError,
} from "./read-ruleset.ts";
import type { RulesetPatch } from "./ruleset.ts";
import { SharedParts } from "./shared-parts.ts";

export type ReadPatchResult =
  | { readonly ok: true; readonly patch: RulesetPatch; readonly needs: Readonly<Needs> }
  | { readonly ok: false; readonly error: ReadError };

/** As {@link readRuleset}, for a patch. */
export function readPatch(json: unknown): ReadPatchResult {
  const shared = new SharedParts();
  const error = findError(json, shared, checkPatch);
  if (error) return { ok: false, error };
  const patch = json as RulesetPatch;
  keepNeeds(patch, shared.needs);
  return { ok: true, patch, needs: shared.needs };
}

function checkPatch(patch: Fields, shared: SharedParts): Problem | undefined {
  const { from, to } = patch;
  return (
    at("epoch", checkKey(patch.epoch)) ??
    at("from", checkCount(from)) ??
    at("to", checkCount(to) ?? checkOrder(Number(from), Number(to))) ??
    at("shared", checkShared(patch.shared, shared)) ??
    at("changes", checkToggles(patch.changes, shared, true)) ??
    at("segments", checkSegments(patch.segments, shared, true)) ??
    at("attributes", checkAttributes(patch.attributes)) ??
    at("traceparent", checkTraceparent(patch.traceparent))
  );
}

function checkOrder(from: number, to: number): Problem | undefined {
  return from < to ? undefined : problem(`is not later than 'from', which is ${from}`);
}
