/** The engine as a start of the SDK holds it, and the library beside it, for benches: `pack.mjs --with-engine` packs it, and nobody publishes it. */
export { prepare } from "@burgee/engine/core";
export { library } from "@burgee/engine/library";
export { readRuleset } from "@burgee/engine/reader";
