/** The reader's side of the engine: rulesets, evaluation, buckets. What parses text is in `@burgee/engine/language`. */
export { BUCKETS, type BucketDomain, bucketOf } from "./bucketing/bucket.ts";
export { type HashFamily, hashFamily } from "./bucketing/hash-families.ts";
export { murmur3 } from "./bucketing/murmur3.ts";
export { type Weights, withWeights } from "./bucketing/slices.ts";
export { stickinessText } from "./bucketing/stickiness.ts";
export {
  type CountingEvaluator,
  type EvaluationCount,
  withCounting,
} from "./evaluation/decorators/with-counting.ts";
export { withFallback } from "./evaluation/decorators/with-fallback.ts";
export { withLogging } from "./evaluation/decorators/with-logging.ts";
export type {
  AttributeValue,
  ErrorCode,
  Evaluation,
  EvaluationContext,
  Reason,
} from "./evaluation/evaluation.ts";
export type { Evaluator, PrepareOptions } from "./evaluation/evaluator.ts";
export { prepareWhole as prepare } from "./evaluation/prepare-whole.ts";
export type { Expression } from "./language/expression.ts";
export type { AttributeType } from "./language/static-type.ts";
export { readTimestamp } from "./library/read-timestamp.ts";
export { EVALUATION_LIMITS, READ_LIMITS, WRITE_LIMITS } from "./limits.ts";
export { applyPatch, type PatchError, type PatchResult } from "./ruleset/apply-patch.ts";
export { needsLibrary, needsMatches, segmentsAsked } from "./ruleset/conditions-in.ts";
export { listsNeeded } from "./ruleset/lists-needed.ts";
export type { Needs } from "./ruleset/needs.ts";
export { patchSince, type Removed } from "./ruleset/patch-since.ts";
export { type ReadPatchResult, readPatch } from "./ruleset/read-patch.ts";
export { type ReadError, type ReadResult, readRuleset } from "./ruleset/read-ruleset.ts";
export {
  type Attributes,
  type Hashing,
  type JsonValue,
  type ListReference,
  type Prerequisite,
  RULESET_SCHEMA,
  type Ruleset,
  type RulesetPatch,
  type RulesetRule,
  type RulesetSegment,
  type RulesetToggle,
  type Serve,
  type ServePercentage,
  type ServeSplit,
  type ServeTarget,
  type ServeVariant,
  type Slice,
  type Targets,
  type ToggleKind,
  type VariantValue,
} from "./ruleset/ruleset.ts";
export { shareInSteps, shareParts } from "./ruleset/share-parts.ts";
export type { FindList, IdList, Library } from "./values/run.ts";
