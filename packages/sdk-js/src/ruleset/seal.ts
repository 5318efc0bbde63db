import type { PartLoader } from "../parts/part-loader.ts";
import type { VerifierPart } from "../parts/parts.ts";
import { SdkError } from "../sdk-error.ts";
import type { Sent } from "./sent.ts";
import { sha256 } from "./sha256.ts";

/** Which of its fields is the checksum. */
const SUM = 5;

/** Looks at seals: at the checksum, or where keys are pinned at who signed it, which takes a part of the SDK that is loaded for it. */
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
    if (this.arePinned) return this.#verify(ruleset, sent);
    return sent.seal === undefined ? undefined : checkSum(sent.text, sent.seal);
  }

  async #verify(ruleset: unknown, sent: Sent): Promise<SdkError | undefined> {
    try {
      const { whyNotVerified } = await this.#verifier.load();
      const why = await whyNotVerified(this.#pins, ruleset, sent);
      return why === undefined ? undefined : unverified(why);
    } catch (cause) {
      return unverified(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }
}

/** One that a later version of the service wrote may have no checksum there. */
async function checkSum(text: string, seal: string): Promise<SdkError | undefined> {
  const sum = seal.startsWith("burgee1|") ? seal.split("|")[SUM] : undefined;
  if (sum === undefined || sum === (await sha256(new TextEncoder().encode(text)))) return undefined;
  return new SdkError("malformed_ruleset", "The ruleset is not the one that was sent: its checksum differs.");
}

function unverified(why: string, cause?: unknown): SdkError {
  return new SdkError("unverified_ruleset", `The ruleset was not taken: ${why}.`, { cause });
}
