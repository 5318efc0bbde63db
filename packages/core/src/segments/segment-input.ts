/** What people write as a segment, and the state that it becomes. */
import type { SegmentState } from "@burgee/db";
import { WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import type { ConditionReader } from "../conditions/condition-reader.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { attributeName, storedText } from "../names.ts";
import { conditionText } from "../settings/setting-input.ts";
import { idsInput } from "../settings/targets-input.ts";

export const segmentInput = {
  description: storedText(LIMITS.descriptionLength).default(""),
  /** Who belongs to it, whatever the condition says. */
  include: idsInput.default([]),
  /** Who does not, whatever else is said. */
  exclude: idsInput.default([]),
  /** Null is nobody but those of `include`. */
  condition: conditionText.nullable().default(null),
  /** The attribute whose values the lists hold. */
  stickiness: attributeName.default("userId"),
};
type SegmentInput = Omit<SegmentState, "archived">;

/** What may change later on; what is left out stays as it is. */
export const segmentEdit = {
  description: storedText(LIMITS.descriptionLength).optional(),
  include: idsInput.optional(),
  exclude: idsInput.optional(),
  condition: conditionText.nullable().optional(),
  stickiness: attributeName.optional(),
};
const segmentEditObject = z.object(segmentEdit);

/** What `edit` makes of a segment. @throws {AppError} "invalid_input" */
export function withEdit(
  current: SegmentState,
  edit: z.output<typeof segmentEditObject>,
  conditions: ConditionReader,
): SegmentState {
  const { description, include, exclude, condition, stickiness } = current;
  return toSegmentState(
    {
      description: edit.description ?? description,
      include: edit.include ?? include,
      exclude: edit.exclude ?? exclude,
      condition: edit.condition === undefined ? condition : edit.condition,
      stickiness: edit.stickiness ?? stickiness,
    },
    conditions,
  );
}

/** @throws {AppError} "invalid_input" */
export function toSegmentState(input: SegmentInput, conditions: ConditionReader): SegmentState {
  const { description, stickiness } = input;
  const include = [...new Set(input.include)];
  const exclude = [...new Set(input.exclude)];
  const issues = conditions.issues;
  const most = WRITE_LIMITS.listedIds;
  if (include.length + exclude.length > most) {
    const message = `A segment lists at most ${most} ids in all; these are ${include.length + exclude.length}.`;
    issues.push({ pointer: "/include", code: "too_many", message });
  }
  const condition = input.condition === null ? null : conditions.read("/condition", input.condition);
  if (issues.length > 0) throw refuse(issues);
  return { description, archived: false, include, exclude, condition, stickiness };
}
