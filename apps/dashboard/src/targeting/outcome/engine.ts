/** What of the engine only trying a draft takes: a part of its own, which comes after the page. */
export { needsMatches, segmentsAsked } from "@burgee/engine";
export { explain } from "@burgee/engine/explain";
export { compileDraft, rulesetWith } from "./compile-draft.ts";
export { draftBasisOf } from "./draft-basis.ts";
export { outcomeOf } from "./outcome.ts";
