/**
 * The least that evaluates: for browsers, where `@burgee/engine/library` and `@burgee/engine/matches` are loaded only before
 * a ruleset that needs them (`needsLibrary` and `needsMatches` of `@burgee/engine` tell). `@burgee/engine` has the library in it.
 */
export type { PrepareOptions } from "../evaluation/evaluator.ts";
export { prepare } from "../evaluation/prepare.ts";
