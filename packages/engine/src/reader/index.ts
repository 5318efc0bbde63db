/**
 * The least that reads a ruleset before `@burgee/engine/core` prepares it: for who loads the rest, as patches, only later. All of it is
 * in `@burgee/engine` as well.
 */
export { READ_LIMITS } from "../limits.ts";
export { listsNeeded } from "../ruleset/lists-needed.ts";
export { readRuleset } from "../ruleset/read-ruleset.ts";
