/** What people write as a segment, and the state that it becomes. */
import type { SegmentState } from "@burgee/db";
import { WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import type { ConditionReader } from "../conditions/condition-reader.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { attributeName, storedText } from "../names.ts";
import { conditionText } from "../settings/setting-input.ts";
import { asWritten, listInput, type NamedLists, type SegmentLists, toList } from "./list-input.ts";

export const segmentInput = {
  description: storedText(LIMITS.descriptionLength).default(""),
  /** Who belongs to it, whatever the condition says. */
  include: listInput.default([]),
  /** Who does not, whatever else is said. */
  exclude: listInput.default([]),
  /** Null is nobody but those of `include`. */
  condition: conditionText.nullable().default(null),
  /** The attribute whose values the lists hold. */
  stickiness: attributeName.default("userId"),
};
const segmentInputObject = z.object(segmentInput);
type SegmentInput = Omit<z.output<typeof segmentInputObject>, "include" | "exclude"> & SegmentLists;

/** What may change later on; what is left out stays as it is. */
export const segmentEdit = {
  description: storedText(LIMITS.descriptionLength).optional(),
  include: listInput.optional(),
  exclude: listInput.optional(),
  condition: conditionText.nullable().optional(),
  stickiness: attributeName.optional(),
};
const segmentEditObject = z.object(segmentEdit);

/** A segment with what `edit` changes, as it would be written. */
export function editedInput(current: SegmentState, edit: z.output<typeof segmentEditObject>): SegmentInput {
  const { description, include, exclude, includeList, excludeList, condition, stickiness } = current;
  return {
    description: edit.description ?? description,
    include: edit.include ?? asWritten(include, includeList),
    exclude: edit.exclude ?? asWritten(exclude, excludeList),
    condition: edit.condition === undefined ? condition : edit.condition,
    stickiness: edit.stickiness ?? stickiness,
  };
}

/** @throws {AppError} "invalid_input" */
export function toSegmentState(
  input: SegmentInput,
  conditions: ConditionReader,
  lists: NamedLists,
): SegmentState {
  const { description, stickiness } = input;
  const issues = conditions.issues;
  const { ids: include, list: includeList } = toList("/include", input.include, lists, issues);
  const { ids: exclude, list: excludeList } = toList("/exclude", input.exclude, lists, issues);
  const most = WRITE_LIMITS.listedIds;
  if (include.length + exclude.length > most) {
    const message = `A segment lists at most ${most} ids in all itself; these are ${include.length + exclude.length}. Upload one of the lists, and name it.`;
    issues.push({ pointer: "/include", code: "too_many", message });
  }
  const condition = input.condition === null ? null : conditions.read("/condition", input.condition);
  if (issues.length > 0) throw refuse(issues);
  return {
    ...{ description, archived: false, include, exclude },
    ...(includeList && { includeList }),
    ...(excludeList && { excludeList }),
    ...{ condition, stickiness },
  };
}
