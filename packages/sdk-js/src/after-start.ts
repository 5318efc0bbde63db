/** What no start needs, and every client some time later: a chunk of its own, loaded while the service is asked for the first ruleset. */
export { applyPatch, readPatch } from "@burgee/engine";
export { PollLoop } from "./delivery/poll-loop.ts";
export { affectedToggles, changesBetween } from "./ruleset/affected-toggles.ts";
export { UsageReporter } from "./usage/usage-reporter.ts";
