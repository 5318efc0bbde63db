/** Which keys are in use, told to the database now and then: never while somebody waits, and not of each use. */
import type { KeyCredential, SdkKeyId, SystemDatabase } from "@burgee/db";

export type UsedKey = Pick<KeyCredential, "tenantId" | "sdkKeyId">;
type NoteUsed = SystemDatabase["credentials"]["noteKeysUsed"];

/** One write of a key in so long, however many processes it is used at. */
const NOTE_EVERY_MS = 5 * 60_000;
const KEYS_PER_WRITE = 1_000;
/** More keys than that in use, and the rest is noted at another time. */
const MAX_REMEMBERED = 50_000;

export class UsedKeys {
  readonly #note: NoteUsed;
  readonly #nowMs: () => number;
  readonly #onNew: () => void;
  readonly #waiting = new Map<SdkKeyId, UsedKey>();
  readonly #notedMs = new Map<SdkKeyId, number>();

  /**
   * @param nowMs counts milliseconds from any start
   * @param onNew called when a key waits that was not used before, as far as this process knows: somebody may be waiting to see that
   */
  constructor(note: NoteUsed, nowMs = () => performance.now(), onNew = () => {}) {
    this.#note = note;
    this.#nowMs = nowMs;
    this.#onNew = onNew;
  }

  /** To be told of each use. */
  add(key: UsedKey): void {
    const { sdkKeyId } = key;
    if (this.#waiting.has(sdkKeyId) || this.#waiting.size >= MAX_REMEMBERED) return;
    const notedMs = this.#notedMs.get(sdkKeyId);
    if (notedMs !== undefined && this.#nowMs() - notedMs < NOTE_EVERY_MS) return;
    this.#waiting.set(sdkKeyId, key);
    if (notedMs === undefined) this.#onNew();
  }

  /** Writes what waits. What could not be written waits on. */
  async flush(): Promise<void> {
    const nowMs = this.#nowMs();
    for (const [sdkKeyId, notedMs] of this.#notedMs) {
      if (nowMs - notedMs >= NOTE_EVERY_MS) this.#notedMs.delete(sdkKeyId);
    }
    const waiting = [...this.#waiting.values()];
    for (let start = 0; start < waiting.length; start += KEYS_PER_WRITE) {
      const keys = waiting.slice(start, start + KEYS_PER_WRITE);
      await this.#note(keys, NOTE_EVERY_MS);
      for (const { sdkKeyId } of keys) {
        this.#waiting.delete(sdkKeyId);
        this.#notedMs.set(sdkKeyId, nowMs);
      }
    }
  }
}
