/** Why a toggle serves what it serves. */
export { explain } from "./explain.ts";
export type {
  ConditionTrace,
  DecisionTrace,
  Explanation,
  ListTrace,
  PrerequisiteTrace,
  SegmentTrace,
  ServeTrace,
  StepOutcome,
  StepTrace,
  ToggleTrace,
} from "./explanation.ts";
