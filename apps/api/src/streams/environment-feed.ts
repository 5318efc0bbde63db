/** One environment's newest ruleset, as bytes that all of its connections share. */
import type { LiveRuleset } from "@burgee/core";
import { shareParts } from "@burgee/engine";
import { EventPieces } from "./event-pieces.ts";
import { KeptPatch, PatchAllowance } from "./kept-patch.ts";

/** What an SDK holds. */
export interface Position {
  readonly epoch: string;
  readonly revision: number;
}

/** One event, ready to be written. */
export interface Chunk {
  readonly event: EventPieces;
  /** Where an SDK stands that has taken it. */
  readonly position: Position;
  /** To be called once: when the SDK has taken it, or is gone. */
  readonly release: () => void;
}

/** A patch beyond this is no saving over the whole. */
const LARGEST_PATCH_BYTES = 1024 * 1024;

/** What a stream is fed from. */
export interface Feed {
  /** What brings somebody to the latest; undefined for whoever has it. */
  next(held: Position | undefined): Chunk | undefined;
}

export class EnvironmentFeed implements Feed {
  /** This environment's, and that of all environments together. */
  readonly #allowances: readonly PatchAllowance[];
  #latest: LiveRuleset | undefined;
  #put: EventPieces | undefined;
  /** By the revision that they start from; all lead to the latest. */
  readonly #patches = new Map<number, KeptPatch>();
  /** A patch from here was found too large; from further back it holds as much, and more. */
  #tooLargeFrom = Number.NEGATIVE_INFINITY;

  constructor(maxPatchBytes: number, ofAll: PatchAllowance) {
    this.#allowances = [new PatchAllowance(maxPatchBytes), ofAll];
  }

  get isEmpty(): boolean {
    return this.#latest === undefined;
  }

  get position(): Position | undefined {
    return this.#latest && { epoch: this.#latest.epoch, revision: this.#latest.revision };
  }

  accept(ruleset: LiveRuleset): void {
    this.forgetPatches();
    this.#latest = ruleset;
    this.#put = undefined;
    this.#tooLargeFrom = Number.NEGATIVE_INFINITY;
  }

  forgetPatches(): void {
    for (const patch of this.#patches.values()) patch.forget();
  }

  /**
   * What brings somebody to the latest: one patch however many changes lie between, or the whole. Undefined for
   * whoever has it, and for whoever is ahead of this node: an older ruleset would be no news.
   */
  next(held: Position | undefined): Chunk | undefined {
    const latest = this.#latest;
    if (!latest || hasLatest(held, latest)) return undefined;
    const isSameEpoch = held?.epoch === latest.epoch;

    const patch = isSameEpoch ? this.#patchFrom(latest, held.revision) : undefined;
    if (!patch) return this.#wholeChunk(latest);
    patch.lease();
    const position = { epoch: latest.epoch, revision: latest.revision };
    return { event: patch.event, position, release: () => patch.release() };
  }

  /** The same for who takes no patches: always the whole. */
  nextWhole(held: Position | undefined): Chunk | undefined {
    const latest = this.#latest;
    if (!latest || hasLatest(held, latest)) return undefined;
    return this.#wholeChunk(latest);
  }

  #wholeChunk(latest: LiveRuleset): Chunk {
    const position = { epoch: latest.epoch, revision: latest.revision };
    return { event: this.#whole(latest), position, release: () => undefined };
  }

  /** Undefined where the whole is to be sent instead. */
  #patchFrom(latest: LiveRuleset, from: number): KeptPatch | undefined {
    const made = this.#patches.get(from);
    if (made || from <= this.#tooLargeFrom) return made;

    const patch = latest.patchFrom(latest.epoch, from);
    if (!patch) return undefined;
    const event = eventOf("patch", latest, JSON.stringify(shareParts(patch)));
    if (event.length > Math.min(LARGEST_PATCH_BYTES, this.#whole(latest).length)) {
      this.#tooLargeFrom = from;
      return undefined;
    }
    if (!this.#allowances.every((allowance) => allowance.makeRoom(event.length))) return undefined;
    const kept = new KeptPatch(event, this.#allowances, () => this.#patches.delete(from));
    this.#patches.set(from, kept);
    return kept;
  }

  #whole(latest: LiveRuleset): EventPieces {
    this.#put ??= eventOf("put", latest, latest.body);
    return this.#put;
  }
}

/** Also true of whoever is ahead of this node. */
export function hasLatest(held: Position | undefined, latest: Position): boolean {
  return held?.epoch === latest.epoch && held.revision >= latest.revision;
}

/**
 * Behind the seal of the ruleset that it brings, an event of its own without an id: who takes no notice of seals passes it over.
 *
 * @param data JSON on one line, as JSON.stringify writes it
 */
function eventOf(event: "put" | "patch", { epoch, revision, seal }: LiveRuleset, data: string): EventPieces {
  const sealed = seal === null ? "" : `event: seal\ndata: ${seal}\n\n`;
  return new EventPieces(`${sealed}id: ${epoch}.${revision}\nevent: ${event}\ndata: ${data}\n\n`);
}
