/** What can be proved of a setting when it is saved: rules that never match or never get to serve, prerequisites that nobody meets. */
import type { ProjectId, Readers, Segment, Setting, Toggle } from "@burgee/db";
import { EVALUATION_LIMITS, type RulesetToggle } from "@burgee/engine";
import { analyse, type Finding, type FindingCode } from "@burgee/engine/analysis";
import { matches } from "@burgee/engine/matches";
import type { InputIssue } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { compileSegment } from "../rulesets/compile-segment.ts";
import { compileToggle } from "../rulesets/compile-toggle.ts";

const OF_RULES: ReadonlySet<FindingCode> = new Set(["never_matches", "contradiction", "shadowed"]);

export interface InEnvironment {
  readonly toggle: Toggle;
  readonly setting: Setting;
}

/** A setting, and what of its environment decides about it. */
export interface SavedSetting extends InEnvironment {
  /** All that its rules ask, and that those ask. */
  readonly segments: readonly Segment[];
  /** The toggles that it waits for, and those that they wait for; with the segments that these ask. */
  readonly awaited: { readonly toggles: readonly InEnvironment[]; readonly segments: readonly Segment[] };
}

/** Read in the transaction that saves, so that it is told of what it was saved among. */
export async function savedSetting(
  readers: Pick<Readers, "segments" | "toggles" | "settings">,
  { toggle, setting }: InEnvironment,
): Promise<SavedSetting> {
  const { projectId } = toggle;
  const toggles = await awaitedBy(readers, toggle, setting);
  const asked = toggles.flatMap((each) => each.setting.segmentKeys);
  return {
    toggle,
    setting,
    segments: await segmentsAround(readers, projectId, setting.segmentKeys),
    awaited: { toggles, segments: await segmentsAround(readers, projectId, asked) },
  };
}

/**
 * Warnings, and never refusals: settings are edited in steps. Nothing is said of one that is too large to look at while somebody waits, so
 * ask for it outside of the transaction that saved it.
 */
export function rulesInVain({ toggle, setting, segments, awaited }: SavedSetting): readonly InputIssue[] {
  if (setting.state.archived || bytesOf(setting, ...segments) > LIMITS.analysedBytes) return [];
  const { prerequisites = [], ...alone } = compiled({ toggle, setting });
  const ofRules = findings(alone, segments)
    .filter(({ code }) => OF_RULES.has(code))
    .map(({ code, message, place: { ruleIndex } }) => ({
      pointer: ruleIndex === undefined ? "/rollout" : `/rules/${ruleIndex}/condition`,
      code,
      message,
    }));

  const others = awaited.toggles.map((each) => each.setting);
  if (others.length === 0 || bytesOf(...others, ...awaited.segments) > LIMITS.analysedBytes) return ofRules;
  const waiting = { ...alone, prerequisites, rules: [], rollout: null };
  const unmet = findings(waiting, awaited.segments, awaited.toggles.map(compiled))
    .filter(({ code }) => code === "prerequisite_unmet")
    .map(({ code, message, place: { prerequisite } }) => {
      const index = prerequisites.findIndex((each) => each.toggle === prerequisite);
      return { pointer: index < 0 ? "/prerequisites" : `/prerequisites/${index}`, code, message };
    });
  return [...unmet, ...ofRules];
}

/** What is proved of a toggle, among these segments and toggles. */
export function findings(
  toggle: RulesetToggle,
  segments: readonly Segment[],
  toggles: readonly RulesetToggle[] = [],
): readonly Finding[] {
  const around = segments.map((segment) => [segment.key, compileSegment({ ...segment, revision: 0 })]);
  const analysis = analyse(toggle, {
    segments: Object.fromEntries(around),
    toggles: Object.fromEntries(toggles.map((each) => [each.key, each])),
    matches,
    steps: LIMITS.analysisSteps,
  });
  return analysis.findings.filter(({ verdict }) => verdict === "proved");
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

/** What a compiled whole of these comes to. */
export function bytesOf(...parts: readonly Pick<Setting, "compiledBytes">[]): number {
  return parts.reduce((sum, { compiledBytes }) => sum + compiledBytes, 0);
}

/** Level by level, as deep as evaluations go; no further once there is too much to look at. */
async function awaitedBy(
  { toggles, settings }: Pick<Readers, "toggles" | "settings">,
  { projectId }: Toggle,
  { environmentId, state }: Setting,
): Promise<readonly InEnvironment[]> {
  const found = new Map<string, InEnvironment>();
  let keys = awaitedKeys([state]);
  for (let depth = 0; keys.length > 0 && depth < EVALUATION_LIMITS.toggleDepth; depth++) {
    const known = await toggles.listByKeys(projectId, keys);
    const theirs = await settings.listOfEnvironment(
      environmentId,
      known.map(({ toggleId }) => toggleId),
    );
    for (const toggle of known) {
      const setting = theirs.find(({ toggleId }) => toggleId === toggle.toggleId);
      if (setting) found.set(toggle.key, { toggle, setting });
    }
    if (bytesOf(...[...found.values()].map(({ setting }) => setting)) > LIMITS.analysedBytes) break;
    keys = awaitedKeys(theirs.map((each) => each.state)).filter((key) => !found.has(key));
  }
  return [...found.values()];
}

function awaitedKeys(states: readonly Setting["state"][]): readonly string[] {
  return [...new Set(states.flatMap(({ prerequisites = [] }) => prerequisites.map(({ toggle }) => toggle)))];
}

/** As it is published, but for its revision. */
export function compiled({ toggle, setting }: InEnvironment): RulesetToggle {
  const { key: toggleKey, kind, variants } = toggle;
  const { state, salt, version } = setting;
  return compileToggle({ toggleKey, kind, variants, state, salt, version, revision: 0 });
}
