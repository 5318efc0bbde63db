import type { SegmentState } from "@burgee/db";
import type { RulesetSegment } from "@burgee/engine";
import { compileCondition } from "./compile-condition.ts";

/** What of a segment's version an SDK gets to know. @throws {CompileError} when its condition does not parse */
export function compileSegment({
  key,
  state,
  revision,
}: {
  readonly key: string;
  readonly state: SegmentState;
  readonly revision: number;
}): RulesetSegment {
  const { include, exclude, includeList, excludeList, condition, stickiness } = state;
  return {
    key,
    revision,
    include,
    exclude,
    ...(includeList && { includeList }),
    ...(excludeList && { excludeList }),
    condition: condition === null ? null : compileCondition(`the segment ${key}`, condition),
    ...(stickiness !== "userId" && { stickiness }),
  };
}
