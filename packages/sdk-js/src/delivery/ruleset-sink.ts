import type { Sent } from "../ruleset/sent.ts";
import type { SdkError } from "../sdk-error.ts";

/** How a ruleset came in. */
export type LiveSource = "stream" | "poll";

/**
 * What became of a ruleset or a patch: `taken` (or held already), `refused` (cannot be read; the last good one
 * stays), `unready` (it needs a part of the SDK or a list that did not load: the same may be taken later), `gap` (a patch onto a revision
 * that is not ours: only a whole ruleset helps).
 */
export type Verdict = "taken" | "refused" | "unready" | "gap";

/** At once, or later where something has to be loaded first: nothing else is to be brought until then. Never rejects. */
export type Eventual<Value> = Value | Promise<Value>;

/** Where the delivery brings what it receives. */
export interface RulesetSink {
  /** `<epoch>.<revision>` of what is held from the service, now or before a restart; undefined asks for a whole ruleset. */
  heldVersion(): string | undefined;
  /** Whether only whole rulesets are taken. */
  readonly takesNoPatches: boolean;
  /** Takes what should be a whole ruleset. */
  put(ruleset: unknown, source: LiveSource, sent: Sent): Eventual<Verdict>;
  /** Takes what should be a patch. */
  patch(patch: unknown): Eventual<Verdict>;
  /** The service is there, and has nothing newer than what it has sent. */
  heard(source: LiveSource): void;
  /** An attempt failed; the delivery goes on trying. */
  failed(error: SdkError): void;
}
