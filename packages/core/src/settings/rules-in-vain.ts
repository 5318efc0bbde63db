/** What can be proved of a setting's rules when they are saved: that they never match, or never get to serve. */
import type { ProjectId, Readers, Segment, Setting, Toggle } from "@burgee/db";
import { analyse, type FindingCode } from "@burgee/engine/analysis";
import { matches } from "@burgee/engine/matches";
import type { InputIssue } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { compileSegment } from "../rulesets/compile-segment.ts";
import { compileToggle } from "../rulesets/compile-toggle.ts";

const WARNED_OF: ReadonlySet<FindingCode> = new Set(["never_matches", "contradiction", "shadowed"]);

/**
 * Warnings, and never refusals: rules are edited in steps. What other toggles serve is left out of it. Nothing is said of a setting
 * that is too large to look at while somebody waits, so ask for it outside of the transaction that saved it.
 * @param segments all that its rules ask, and that those ask
 */
export function rulesInVain(
  toggle: Pick<Toggle, "key" | "kind" | "variants">,
  { state, salt, version, compiledBytes }: Setting,
  segments: readonly Segment[],
): readonly InputIssue[] {
  const bytes = segments.reduce((sum, segment) => sum + segment.compiledBytes, compiledBytes);
  if (state.archived || bytes > LIMITS.analysedBytes) return [];

  const { key: toggleKey, kind, variants } = toggle;
  const { prerequisites: _, ...compiled } = compileToggle({
    toggleKey,
    kind,
    variants,
    state,
    salt,
    version,
    revision: 0,
  });
  const around = segments.map(
    (segment) => [segment.key, compileSegment({ ...segment, revision: 0 })] as const,
  );
  const { findings } = analyse(compiled, {
    segments: Object.fromEntries(around),
    matches,
    steps: LIMITS.analysisSteps,
  });
  return findings
    .filter(({ code, verdict }) => verdict === "proved" && WARNED_OF.has(code))
    .map(({ code, message, place: { ruleIndex } }) => ({
      pointer: ruleIndex === undefined ? "/rollout" : `/rules/${ruleIndex}/condition`,
      code,
      message,
    }));
}

/** The segments of these keys, and those that they ask. */
export async function segmentsAround(
  { segments }: Pick<Readers, "segments">,
  projectId: ProjectId,
  keys: readonly string[],
): Promise<readonly Segment[]> {
  const found = new Map<string, Segment>();
  const wanted = [...keys];
  for (let key = wanted.pop(); key !== undefined; key = wanted.pop()) {
    const segment = found.has(key) ? undefined : await segments.findByKey(projectId, key);
    if (!segment) continue;
    found.set(key, segment);
    wanted.push(...segment.segmentKeys);
  }
  return [...found.values()];
}
