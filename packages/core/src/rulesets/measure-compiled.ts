/** What a setting or a segment is once compiled: how much it adds to a ruleset, and which segments it asks. */
import type { Segment, SegmentState, Setting, SettingState, Toggle } from "@burgee/db";
import { type RulesetSegment, type RulesetToggle, segmentsAsked } from "@burgee/engine";
import { compileSegment } from "./compile-segment.ts";
import { compileToggle } from "./compile-toggle.ts";

export type Measured = Pick<Setting & Segment, "compiledBytes" | "segmentKeys">;

/** Known only once the change is made; no revision has more digits than this one. */
const ANY_REVISION = Number.MAX_SAFE_INTEGER;
/** What is archived leaves the ruleset. */
const NOTHING: Measured = { compiledBytes: 0, segmentKeys: [] };

export function measureSetting({
  toggle,
  state,
  salt,
  version,
}: {
  readonly toggle: Pick<Toggle, "key" | "kind" | "variants">;
  readonly state: SettingState;
  readonly salt: string;
  readonly version: number;
}): Measured {
  if (state.archived) return NOTHING;
  const { key: toggleKey, kind, variants } = toggle;
  const compiled = compileToggle({ toggleKey, kind, variants, state, salt, version, revision: ANY_REVISION });
  return measure(compiled);
}

export function measureSegment(key: string, state: SegmentState): Measured {
  if (state.archived) return NOTHING;
  const compiled = compileSegment({ key, state, revision: ANY_REVISION });
  return measure(compiled);
}

/** In bytes of JSON, with the key and the comma. */
function measure(compiled: RulesetToggle | RulesetSegment): Measured {
  return {
    compiledBytes: Buffer.byteLength(JSON.stringify({ [compiled.key]: compiled })),
    segmentKeys: [...segmentsAsked(compiled)].sort(),
  };
}
