/** One SDK's open stream. Keeps where the SDK stands, and never a queue of changes. */
import type { Chunk, Feed, Position } from "./environment-feed.ts";

export interface StreamTimes {
  readonly heartbeatMs: number;
  readonly stalledMs: number;
  readonly maxAgeMs: number;
}

/** What a stream is written to; of a response, the part that it needs. */
export interface Line {
  /** Answers false when the line is full: what was given is kept, and `drain` tells when to go on. */
  write(bytes: Uint8Array): boolean;
  end(lastWords: string): void;
  /** Ends at once, whatever was not yet sent. */
  destroy(): void;
}

export type GoodbyeReason = "shutdown" | "max_age" | "key_revoked";

const HEARTBEAT = Buffer.from(": heartbeat\n\n");
/** Written piece by piece, so that a large event on a slow line shows its progress, and holds no more than this. */
const PIECE_BYTES = 64 * 1024;
/** Those who are sent away come back spread over this time. */
const LONGEST_RETRY_MS = 1_000;

export class StreamConnection {
  readonly #line: Line;
  readonly #feed: Feed;
  readonly #times: StreamTimes;
  #held: Position | undefined;
  #sending: { readonly chunk: Chunk; offset: number } | undefined;
  #isBlocked = false;
  #openedMs: number;
  #progressMs: number;
  #wroteMs: number;

  constructor(
    line: Line,
    feed: Feed,
    { held, times, nowMs }: { held: Position | undefined; times: StreamTimes; nowMs: number },
  ) {
    this.#line = line;
    this.#feed = feed;
    this.#times = times;
    this.#held = held;
    this.#openedMs = nowMs;
    this.#progressMs = nowMs;
    this.#wroteMs = nowMs;
  }

  /** Brings the SDK to the latest, as far as the line takes it; what changes meanwhile goes along with the next event. */
  advance(nowMs: number): void {
    while (!this.#isBlocked) {
      this.#endSent();
      this.#sending ??= this.#begin();
      if (!this.#sending) return;
      this.#writePiece(this.#sending, nowMs);
    }
  }

  /** The line took what was written. */
  drained(nowMs: number): void {
    this.#isBlocked = false;
    this.#progressMs = nowMs;
    this.advance(nowMs);
  }

  /** Looks at the clock: sends a sign of life, sends away who is old, cuts who takes nothing. */
  tick(nowMs: number): void {
    if (this.#isBlocked) {
      if (nowMs - this.#progressMs >= this.#times.stalledMs) this.#line.destroy();
      return;
    }
    if (nowMs - this.#openedMs >= this.#times.maxAgeMs) this.goodbye("max_age");
    else if (nowMs - this.#wroteMs >= this.#times.heartbeatMs) this.#write(HEARTBEAT, nowMs);
  }

  /** Ends the stream, and says why where the line is free: nothing may stand in the middle of an event. */
  goodbye(reason: GoodbyeReason): void {
    if (this.#isBlocked || this.#sending) {
      this.#line.destroy();
      return;
    }
    const retryMs = Math.floor(Math.random() * (LONGEST_RETRY_MS + 1));
    this.#line.end(`event: goodbye\ndata: ${JSON.stringify({ reason, retryMs })}\n\n`);
  }

  /** The line is closed: nothing more is sent. */
  closed(): void {
    this.#sending?.chunk.release();
    this.#sending = undefined;
    this.#isBlocked = true;
  }

  #begin(): { readonly chunk: Chunk; offset: number } | undefined {
    const chunk = this.#feed.next(this.#held);
    return chunk && { chunk, offset: 0 };
  }

  #writePiece(sending: { readonly chunk: Chunk; offset: number }, nowMs: number): void {
    const { bytes } = sending.chunk;
    const end = Math.min(sending.offset + PIECE_BYTES, bytes.length);
    this.#write(bytes.subarray(sending.offset, end), nowMs);
    sending.offset = end;
  }

  /** Until the line has taken it, what was written is held in memory. */
  #endSent(): void {
    if (!this.#sending) return;
    const { chunk, offset } = this.#sending;
    if (offset < chunk.bytes.length) return;
    this.#held = chunk.position;
    this.#sending = undefined;
    chunk.release();
  }

  #write(bytes: Buffer, nowMs: number): void {
    if (!this.#isBlocked) this.#progressMs = nowMs;
    this.#wroteMs = nowMs;
    this.#isBlocked = !this.#line.write(bytes);
  }
}
