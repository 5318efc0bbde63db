import type { SdkError } from "../sdk-error.ts";

/** How a ruleset came in. */
export type LiveSource = "stream" | "poll";

/**
 * What became of a ruleset or a patch: `taken` (or held already), `refused` (cannot be read; the last good one
 * stays), `gap` (a patch onto a revision that is not ours: only a whole ruleset helps).
 */
export type Verdict = "taken" | "refused" | "gap";

/** Where the delivery brings what it receives. */
export interface RulesetSink {
  /** `<epoch>.<revision>` of what is held from the service; undefined asks for a whole ruleset. */
  heldVersion(): string | undefined;
  /** Takes what should be a whole ruleset. */
  put(ruleset: unknown, source: LiveSource): Verdict;
  /** Takes what should be a patch. */
  patch(patch: unknown): Verdict;
  /** The service is there, and has nothing newer than what it has sent. */
  heard(): void;
  /** An attempt failed; the delivery goes on trying. */
  failed(error: SdkError): void;
}
