/** One environment's newest ruleset, as bytes that all of its connections share. */
import type { LiveRuleset } from "@burgee/core";

/** What an SDK holds. */
export interface Position {
  readonly epoch: string;
  readonly revision: number;
}

/** One event, ready to be written. */
export interface Chunk {
  readonly bytes: Buffer;
  /** Where an SDK stands that has taken it. */
  readonly position: Position;
}

/** A patch beyond this is no saving over the whole. */
const LARGEST_PATCH_BYTES = 1024 * 1024;

export class EnvironmentFeed {
  #latest: LiveRuleset | undefined;
  #put: Buffer | undefined;
  /** By the revision that they start from; all lead to the latest. */
  readonly #patches = new Map<number, Buffer>();

  get isEmpty(): boolean {
    return this.#latest === undefined;
  }

  accept(ruleset: LiveRuleset): void {
    this.#latest = ruleset;
    this.#put = undefined;
    this.#patches.clear();
  }

  /**
   * What brings somebody to the latest: one patch however many changes lie between, or the whole. Undefined for
   * whoever has it, and for whoever is ahead of this node: an older ruleset would be no news.
   */
  next(held: Position | undefined): Chunk | undefined {
    const latest = this.#latest;
    if (!latest) return undefined;
    const isSameEpoch = held?.epoch === latest.epoch;
    if (isSameEpoch && held.revision >= latest.revision) return undefined;

    const patch = isSameEpoch ? this.#patchFrom(latest, held.revision) : undefined;
    return {
      bytes: patch ?? this.#whole(latest),
      position: { epoch: latest.epoch, revision: latest.revision },
    };
  }

  #patchFrom(latest: LiveRuleset, from: number): Buffer | undefined {
    const made = this.#patches.get(from);
    if (made) return made;

    const patch = latest.patchFrom(latest.epoch, from);
    if (!patch) return undefined;
    const bytes = eventOf("patch", latest, JSON.stringify(patch));
    if (bytes.length > Math.min(LARGEST_PATCH_BYTES, this.#whole(latest).length)) return undefined;
    this.#patches.set(from, bytes);
    return bytes;
  }

  #whole(latest: LiveRuleset): Buffer {
    this.#put ??= eventOf("put", latest, latest.body);
    return this.#put;
  }
}

/** `data` is JSON on one line, as JSON.stringify writes it. */
function eventOf(event: "put" | "patch", { epoch, revision }: Position, data: string): Buffer {
  return Buffer.from(`id: ${epoch}.${revision}\nevent: ${event}\ndata: ${data}\n\n`);
}
