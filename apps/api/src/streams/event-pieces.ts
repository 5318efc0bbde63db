/** One event's bytes, laid out once for all connections that are sent it. */

/** A part that is written at once. */
export interface Piece {
  /** As a chunk of HTTP/1.1 (RFC 9112 §7.1): for a socket that nothing frames any more. */
  readonly framed: Buffer;
  /** What it says; of the same memory. */
  readonly plain: Buffer;
}

/** Piece by piece, so that a large event on a slow line shows its progress, and holds no more than this. */
const PIECE_BYTES = 64 * 1024;
const LINE_END = Buffer.from("\r\n");

export class EventPieces {
  readonly pieces: readonly Piece[];
  /** Of what it says, without the framing. */
  readonly length: number;

  constructor(text: string) {
    const bytes = Buffer.from(text);
    this.length = bytes.length;
    const starts = Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, n) => n * PIECE_BYTES);
    this.pieces = starts.map((start) => pieceOf(bytes.subarray(start, start + PIECE_BYTES)));
  }
}

/** @param bytes not empty: an empty chunk ends the answer */
export function pieceOf(bytes: Uint8Array): Piece {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
  const framed = Buffer.concat([size, bytes, LINE_END]);
  return { framed, plain: framed.subarray(size.length, size.length + bytes.length) };
}
