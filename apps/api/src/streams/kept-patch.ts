/** Patches are kept for all who stand where they start, and only within bounds: each may be as large as the whole. */

import type { EventPieces } from "./event-pieces.ts";

/** A bound on the bytes of patches. What nobody is being sent may go to make room: least recently used first. */
export class PatchAllowance {
  readonly #maxBytes: number;
  readonly #idle = new Set<KeptPatch>();
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Answers false where what is being sent leaves too little. */
  makeRoom(bytes: number): boolean {
    for (const patch of this.#idle) {
      if (this.#usedBytes + bytes <= this.#maxBytes) break;
      patch.forget();
    }
    return this.#usedBytes + bytes <= this.#maxBytes;
  }

  take(bytes: number): void {
    this.#usedBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
  }

  /** Last in the order of those that may go. */
  offer(patch: KeptPatch): void {
    this.#idle.add(patch);
  }

  withdraw(patch: KeptPatch): void {
    this.#idle.delete(patch);
  }
}

/** A patch that is being sent, or may be again; counted until it is neither. */
export class KeptPatch {
  readonly event: EventPieces;
  readonly #allowances: readonly PatchAllowance[];
  readonly #onForgotten: () => void;
  #senders = 0;
  #isForgotten = false;

  /** @param allowances have room for it */
  constructor(event: EventPieces, allowances: readonly PatchAllowance[], onForgotten: () => void) {
    this.event = event;
    this.#allowances = allowances;
    this.#onForgotten = onForgotten;
    for (const allowance of allowances) allowance.take(event.length);
  }

  /** Somebody begins to be sent it. */
  lease(): void {
    this.#senders += 1;
    for (const allowance of this.#allowances) allowance.withdraw(this);
  }

  /** Somebody was sent it, or is gone. */
  release(): void {
    this.#senders -= 1;
    if (this.#senders > 0) return;
    if (this.#isForgotten) this.#giveBack();
    else for (const allowance of this.#allowances) allowance.offer(this);
  }

  /** Nobody will be sent it any more who is not being sent it already. */
  forget(): void {
    if (this.#isForgotten) return;
    this.#isForgotten = true;
    this.#onForgotten();
    if (this.#senders === 0) this.#giveBack();
  }

  #giveBack(): void {
    for (const allowance of this.#allowances) {
      allowance.withdraw(this);
      allowance.giveBack(this.event.length);
    }
  }
}
