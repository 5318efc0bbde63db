/** What a setting or a segment is once compiled: how much it adds to a ruleset, and which segments it asks. */
import type { Segment, SegmentState, Setting, SettingState, Toggle } from "@burgee/db";
import type { Expression } from "@burgee/engine";
import { compileSegment } from "./compile-segment.ts";
import { compileToggle } from "./compile-toggle.ts";
import { segmentsIn } from "./segments-in.ts";

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
  return measure(
    toggleKey,
    compiled,
    compiled.rules.map(({ condition }) => condition),
  );
}

export function measureSegment(key: string, state: SegmentState): Measured {
  if (state.archived) return NOTHING;
  const compiled = compileSegment({ key, state, revision: ANY_REVISION });
  return measure(key, compiled, compiled.condition === null ? [] : [compiled.condition]);
}

/** In bytes of JSON, with the key and the comma. */
function measure(key: string, compiled: object, conditions: readonly Expression[]): Measured {
  return {
    compiledBytes: Buffer.byteLength(JSON.stringify({ [key]: compiled })),
    segmentKeys: [...new Set(conditions.flatMap(segmentsIn))].sort(),
  };
}
