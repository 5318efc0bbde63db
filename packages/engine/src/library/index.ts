/** The functions beyond those that every evaluation has: a chunk of its own, loaded before a ruleset that needs it. */
export { library } from "./library.ts";
