/** All that a browser needs to try drafts of one toggle's setting by the engine, before any of them is saved. */
import type { Segment } from "@burgee/db";
import { type RulesetSegment, type RulesetToggle, WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { type AttributeTypes, attributeTypes } from "../context-attributes/attribute-types.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { segmentKey, toggleKey } from "../names.ts";
import { compileSegment } from "../rulesets/compile-segment.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";
import { compiled, type InEnvironment, savedSetting } from "./rules-in-vain.ts";

export const getDraftBasisInput = z.strictObject({
  ...environmentScope,
  toggle: toggleKey,
  /** Those that the drafts ask, beyond those that the saved setting asks; what is not there is left out. */
  segments: z.array(segmentKey).max(LIMITS.draftSegments).default([]),
  prerequisites: z.array(toggleKey).max(WRITE_LIMITS.prerequisites).default([]),
});

export interface DraftBasisView {
  readonly environment: string;
  /** Of the setting. */
  readonly version: number;
  /** As it is published once the setting, as it stands, is. */
  readonly toggle: RulesetToggle;
  /** Those that it waits for, or would, and those that they wait for. */
  readonly toggles: Readonly<Record<string, RulesetToggle>>;
  readonly segments: Readonly<Record<string, RulesetSegment>>;
  /** What is declared of contexts. */
  readonly attributes: AttributeTypes;
  /** What a rollout hashes with. */
  readonly salt: string;
  /** What each rule's share hashes with, by the rule's id: it stays when another share takes its place. */
  readonly ruleSalts: Readonly<Record<string, string>>;
}

/** @throws {AppError} "toggle_not_found" */
export async function getDraftBasis(
  { db, person }: Pick<Caller, "db" | "person">,
  input: z.output<typeof getDraftBasisInput>,
): Promise<DraftBasisView> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const toggle = await findToggle(readers, project.projectId, input.toggle);
    const setting = await readers.settings.find(environment.environmentId, toggle.toggleId);
    if (!setting) {
      throw new AppError("toggle_not_found", `The toggle has no setting in ${environment.key}.`);
    }
    const { segments, awaited } = await savedSetting(readers, { toggle, setting: asking(setting, input) });
    const attributes = await readers.contextAttributes.list(project.projectId);
    const { salt, state } = setting;
    return {
      environment: environment.key,
      version: setting.version,
      toggle: compiled({ toggle, setting }),
      toggles: Object.fromEntries(awaited.toggles.map((each) => [each.toggle.key, compiled(each)])),
      segments: compiledSegments([...segments, ...awaited.segments]),
      attributes: attributeTypes(attributes),
      salt,
      ruleSalts: Object.fromEntries(state.rules.map((rule) => [rule.id, rule.salt ?? salt])),
    };
  });
}

/** The setting as if it asked for these too. */
function asking(
  setting: InEnvironment["setting"],
  { segments, prerequisites }: z.output<typeof getDraftBasisInput>,
): InEnvironment["setting"] {
  const { state, segmentKeys } = setting;
  const more = prerequisites.map((toggle) => ({ toggle, variants: [] }));
  return {
    ...setting,
    segmentKeys: [...segmentKeys, ...segments],
    state: { ...state, prerequisites: [...(state.prerequisites ?? []), ...more] },
  };
}

function compiledSegments(segments: readonly Segment[]): Readonly<Record<string, RulesetSegment>> {
  return Object.fromEntries(
    segments.map((segment) => [segment.key, compileSegment({ ...segment, revision: 0 })]),
  );
}
