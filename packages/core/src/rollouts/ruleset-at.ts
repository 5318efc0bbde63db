/** The ruleset of one toggle as it stood at a moment, from the versions that are kept of it and of all that it asks. */
import type { Environment, Readers, SettingVersion, Toggle } from "@burgee/db";
import {
  EVALUATION_LIMITS,
  RULESET_SCHEMA,
  type Ruleset,
  type RulesetSegment,
  type RulesetToggle,
  segmentsAsked,
} from "@burgee/engine";
import { attributeTypes } from "../context-attributes/attribute-types.ts";
import { compileSegment } from "../rulesets/compile-segment.ts";
import { compileToggle } from "../rulesets/compile-toggle.ts";

type Versions = Pick<Readers, "projects" | "toggles" | "settings" | "segments" | "contextAttributes">;

export interface RulesetAt {
  readonly ruleset: Ruleset;
  /** That of the toggle. */
  readonly version: SettingVersion;
}

/** Undefined where the toggle was not there yet, or was archived. */
export async function rulesetAt(
  readers: Versions,
  {
    toggle,
    environment,
    at,
  }: { readonly toggle: Toggle; readonly environment: Environment; readonly at: Date },
): Promise<RulesetAt | undefined> {
  const { environmentId, projectId } = environment;
  const project = await readers.projects.find(projectId);
  const version = await readers.settings.findVersionAt(environmentId, toggle.toggleId, at);
  if (!project || !version || version.state.archived) return undefined;

  const toggles = new Map([[toggle.key, compiled(toggle, version)]]);
  let awaited = awaitedBy(toggles.values(), toggles);
  for (let depth = 0; awaited.length > 0 && depth < EVALUATION_LIMITS.toggleDepth; depth++) {
    for (const each of await readers.toggles.listByKeys(projectId, awaited)) {
      const theirs = await readers.settings.findVersionAt(environmentId, each.toggleId, at);
      if (theirs && !theirs.state.archived) toggles.set(each.key, compiled(each, theirs));
    }
    awaited = awaitedBy(toggles.values(), toggles).filter((key) => !awaited.includes(key));
  }
  const ruleset: Ruleset = {
    schema: RULESET_SCHEMA,
    project: project.key,
    environment: environment.key,
    epoch: environment.epoch,
    revision: version.revision,
    toggles: Object.fromEntries(toggles),
    segments: await segmentsOf(readers, projectId, toggles.values(), at),
    attributes: attributeTypes(await readers.contextAttributes.list(projectId)),
  };
  return { ruleset, version };
}

function compiled({ key }: Toggle, version: SettingVersion): RulesetToggle {
  return compileToggle({ ...version, toggleKey: key });
}

function awaitedBy(
  toggles: Iterable<RulesetToggle>,
  known: ReadonlyMap<string, RulesetToggle>,
): readonly string[] {
  const keys = [...toggles].flatMap(({ prerequisites = [] }) => prerequisites.map(({ toggle }) => toggle));
  return [...new Set(keys)].filter((key) => !known.has(key));
}

async function segmentsOf(
  { segments }: Versions,
  projectId: Environment["projectId"],
  toggles: Iterable<RulesetToggle>,
  at: Date,
): Promise<Readonly<Record<string, RulesetSegment>>> {
  const found = new Map<string, RulesetSegment>();
  const seen = new Set<string>();
  const asked = [...toggles].flatMap((toggle) => [...segmentsAsked(toggle)]);
  for (let key = asked.pop(); key !== undefined; key = asked.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const segment = await segments.findByKey(projectId, key);
    const version = segment && (await segments.findVersionAt(segment.segmentId, at));
    if (!version || version.state.archived) continue;
    const compiledSegment = compileSegment({ key, state: version.state, revision: 0 });
    found.set(key, compiledSegment);
    asked.push(...segmentsAsked(compiledSegment));
  }
  return Object.fromEntries(found);
}
