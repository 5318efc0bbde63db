/** One SDK's open stream. Keeps where the SDK stands, and never a queue of changes. */
import type { Chunk, Feed, Position } from "./environment-feed.ts";
import { type Piece, pieceOf } from "./event-pieces.ts";
import type { Line } from "./line.ts";

export interface StreamTimes {
  readonly heartbeatMs: number;
  readonly stalledMs: number;
  readonly maxAgeMs: number;
}

export type GoodbyeReason = "shutdown" | "max_age" | "key_revoked";

/** One who leaves alone meets nobody on the way back. */
const SOON_MS = 1_000;
const HEARTBEAT = pieceOf(Buffer.from(": heartbeat\n\n"));

/** An event on its way: how many of its pieces were written. */
interface Sending {
  readonly chunk: Chunk;
  written: number;
}

export class StreamConnection {
  readonly #line: Line;
  readonly #feed: Feed;
  readonly #times: StreamTimes;
  #held: Position | undefined;
  #sending: Sending | undefined;
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
    if (nowMs - this.#openedMs >= this.#times.maxAgeMs) this.goodbye("max_age", SOON_MS);
    else if (nowMs - this.#wroteMs >= this.#times.heartbeatMs) this.#write(HEARTBEAT, nowMs);
  }

  /**
   * Ends the stream, and says why where the line is free: nothing may stand in the middle of an event.
   * @param spreadMs those who are sent away with this one come back spread over this time
   */
  goodbye(reason: GoodbyeReason, spreadMs: number): void {
    if (this.#isBlocked || this.#sending) {
      this.#line.destroy();
      return;
    }
    const retryMs = Math.floor(Math.random() * (spreadMs + 1));
    this.#line.end(`event: goodbye\ndata: ${JSON.stringify({ reason, retryMs })}\n\n`);
  }

  /** The line is closed: nothing more is sent. */
  closed(): void {
    this.#sending?.chunk.release();
    this.#sending = undefined;
    this.#isBlocked = true;
  }

  #begin(): Sending | undefined {
    const chunk = this.#feed.next(this.#held);
    return chunk && { chunk, written: 0 };
  }

  #writePiece(sending: Sending, nowMs: number): void {
    const piece = sending.chunk.event.pieces[sending.written];
    sending.written += 1;
    if (piece) this.#write(piece, nowMs);
  }

  /** Until the line has taken it, what was written is held in memory. */
  #endSent(): void {
    if (!this.#sending) return;
    const { chunk, written } = this.#sending;
    if (written < chunk.event.pieces.length) return;
    this.#held = chunk.position;
    this.#sending = undefined;
    chunk.release();
  }

  #write(piece: Piece, nowMs: number): void {
    if (!this.#isBlocked) this.#progressMs = nowMs;
    this.#wroteMs = nowMs;
    this.#isBlocked = !this.#line.write(piece);
  }
}
