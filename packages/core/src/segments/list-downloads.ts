/** What downloads of lists share in a process: the bytes of each list once, however many read it, and however slowly. */
import type { TenantId } from "@burgee/db";
import { FairTurns } from "../turns/fair-turns.ts";
import { type ByteShare, SharedBytes } from "../turns/shared-bytes.ts";

const MIB = 1024 * 1024;
const FULL = "Too many lists are being downloaded; try again shortly.";

type Load = () => Promise<Uint8Array>;

/** A list's bytes for one who sends them, and says when that ends. */
export interface HeldBytes {
  readonly bytes: Uint8Array;
  readonly end: () => void;
}

interface Sent {
  readonly bytes: Promise<Uint8Array>;
  readonly share: ByteShare;
  readers: number;
}

export interface DownloadBounds {
  /** Of different lists, in memory for those who read them. */
  readonly bytes: number;
}

export class ListDownloads {
  readonly #reading = new FairTurns<TenantId>({
    most: 400,
    mostOfOne: 4,
    waiting: 400,
    waitingOfOne: 16,
    refusal: FULL,
  });
  readonly #loading = new FairTurns<TenantId>({
    most: 2,
    mostOfOne: 1,
    waiting: 400,
    waitingOfOne: 4,
    refusal: FULL,
  });
  readonly #bytes: SharedBytes;
  /** By tenant and hash. */
  readonly #sent = new Map<string, Sent>();

  constructor({ bytes }: DownloadBounds = { bytes: 512 * MIB }) {
    this.#bytes = new SharedBytes(bytes, FULL);
  }

  /**
   * Sends a list to a person, a few of a tenant at a time.
   * @throws {AppError} "unavailable" where too many are read already, and what `load` throws
   */
  send(
    tenantId: TenantId,
    hash: string,
    load: Load,
    send: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    return this.#reading.take(tenantId, async () => {
      const held = await this.hold(tenantId, hash, () => this.#loading.take(tenantId, load));
      try {
        await send(held.bytes);
      } finally {
        held.end();
      }
    });
  }

  /** @throws {AppError} "unavailable" where too many bytes are held already, and what `load` throws */
  async hold(tenantId: TenantId, hash: string, load: Load): Promise<HeldBytes> {
    const key = `${tenantId} ${hash}`;
    const sent = this.#sent.get(key) ?? this.#begin(key, tenantId, load);
    sent.readers += 1;
    let isHeld = true;
    const end = () => {
      if (isHeld) this.#leave(key, sent);
      isHeld = false;
    };
    try {
      return { bytes: await sent.bytes, end };
    } catch (error) {
      end();
      throw error;
    }
  }

  #begin(key: string, tenantId: TenantId, load: Load): Sent {
    const share = this.#bytes.share(tenantId);
    const loading = load().then((bytes) => {
      share.grow(bytes.length);
      return bytes;
    });
    const sent = { bytes: loading, share, readers: 0 };
    this.#sent.set(key, sent);
    return sent;
  }

  #leave(key: string, sent: Sent): void {
    sent.readers -= 1;
    if (sent.readers > 0) return;
    sent.share.end();
    this.#sent.delete(key);
  }
}
