/** The meaning of `matches`: a chunk of its own, loaded before a ruleset that needs it, and the engine's one dependency. */
export { checkPattern, isFound, patternChecker } from "./check-pattern.ts";
export { matches } from "./matches.ts";
