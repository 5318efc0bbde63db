/** All that drafts of one toggle are tried with, as the engine takes it. */
import { type Attributes, type Ruleset, type RulesetToggle, readRuleset } from "@burgee/engine";
import type { Outputs } from "../../api/trpc.ts";

export interface DraftBasis {
  /** The toggle as it is published, what it waits for, and the segments that it and its drafts ask. */
  readonly ruleset: Ruleset;
  readonly toggle: RulesetToggle;
  readonly attributes: Attributes;
  /** What a rollout hashes with. */
  readonly salt: string;
  /** What each rule's share hashes with, by the rule's id. */
  readonly ruleSalts: Readonly<Record<string, string>>;
}

/** Read as an SDK reads its ruleset, so that nothing else gets to the engine. */
export function draftBasisOf(answered: Outputs["settings"]["draftBasis"]): DraftBasis {
  const {
    environment,
    toggle: { key },
    toggles,
    segments,
    attributes,
    salt,
    ruleSalts,
  } = answered;
  const read = readRuleset({
    ...{ schema: 1, project: "draft", environment, epoch: "draft", revision: 0, attributes },
    toggles: { ...toggles, [key]: answered.toggle },
    segments,
  });
  const toggle = read.ok ? read.ruleset.toggles[key] : undefined;
  if (!read.ok || !toggle)
    throw new Error("The server told something of this toggle that the engine can't read.");
  return { ruleset: read.ruleset, toggle, attributes, salt, ruleSalts };
}
