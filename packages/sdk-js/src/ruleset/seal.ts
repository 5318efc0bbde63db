import type { PartLoader } from "../parts/part-loader.ts";
import type { VerifierPart } from "../parts/parts.ts";
import type { SdkError } from "../sdk-error.ts";
import type { Sent } from "./sent.ts";

/** Looks at what came beside a ruleset: who signed it, where keys are pinned, else its checksum. */
export class Seals {
  readonly #verifier: PartLoader<VerifierPart>;
  readonly #pins: readonly string[];

  constructor(verifier: PartLoader<VerifierPart>, pins: readonly string[]) {
    this.#verifier = verifier;
    this.#pins = pins;
  }

  /** Whether only what a pinned key signed is taken. */
  get arePinned(): boolean {
    return this.#pins.length > 0;
  }

  /** What keeps a ruleset from being taken, later; undefined at once where there is nothing to look at. Never rejects. */
  check(ruleset: unknown, sent: Sent): Promise<SdkError | undefined> | undefined {
    if (!this.arePinned && sent.seal === undefined) return undefined;
    return this.#verifier.load().then(
      ({ problemWith }) => problemWith(this.#pins, ruleset, sent),
      // Who asked for no signature is not kept waiting for what looks at checksums.
      (error: SdkError) => (this.arePinned ? error : undefined),
    );
  }
}
