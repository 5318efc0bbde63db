import { utf8Length, utf8Of } from "../bucketing/utf8.ts";
import { WRITE_LIMITS } from "../limits.ts";
import { compareBytes } from "./compare-ids.ts";
import { type Cursor, HEADER, numberLength, readNumber, writeNumber } from "./format.ts";
import { type InTurns, whole } from "./in-turns.ts";
import { sortInTurns } from "./sort-in-turns.ts";
import { sequenceLength } from "./utf8-sequence.ts";

/** A list as it travels. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** Ids that were given once more. */
  readonly duplicates: number;
}

/** Why an id can't be in a list, or a list takes no more. */
export type AddProblem = "empty" | "too_long" | "not_utf8" | "too_many" | "too_large";

/** Ids, and bytes copied, in one turn: some milliseconds. */
const IDS_A_TURN = 32_768;

/** Takes ids in any order, and packs them. Holds what it was given once while it takes, and twice while it packs. */
export class IdPacker {
  #bytes: Uint8Array<ArrayBuffer>;
  #end = 0;
  #starts = new Uint32Array(1024);
  #count = 0;

  /** @param room bytes that are expected */
  constructor(room = 64 * 1024) {
    this.#bytes = new Uint8Array(Math.max(16, Math.min(room, WRITE_LIMITS.packedBytes)));
  }

  /** Takes an id's UTF-8, or says what is wrong with it. */
  add(id: Uint8Array, from = 0, to = id.length): AddProblem | undefined {
    const length = to - from;
    if (length === 0) return "empty";
    if (length > 3 * WRITE_LIMITS.idLength) return "too_long";
    const units = unitsOf(id, from, to);
    if (units < 0) return "not_utf8";
    if (units > WRITE_LIMITS.idLength) return "too_long";
    if (this.#count === WRITE_LIMITS.packedIds) return "too_many";
    const end = this.#end + numberLength(length) + length;
    if (end > WRITE_LIMITS.packedBytes) return "too_large";

    this.#makeRoom(end);
    this.#starts[this.#count++] = this.#end;
    const at = writeNumber(this.#bytes, this.#end, length);
    this.#bytes.set(id.subarray(from, to), at);
    this.#end = end;
    return undefined;
  }

  /** The list of all that were taken. The packer takes no more afterwards. */
  *finish(): InTurns<Packed> {
    const bytes = this.#bytes;
    const [one, other]: readonly [Cursor, Cursor] = [{ at: 0 }, { at: 0 }];
    const compare = (start: number, start2: number) => {
      one.at = start;
      other.at = start2;
      const length = readNumber(bytes, one);
      const length2 = readNumber(bytes, other);
      return compareBytes(bytes, one.at, one.at + length, other.at, other.at + length2);
    };
    const order = yield* sortInTurns(this.#starts.slice(0, this.#count), compare);
    this.#starts = new Uint32Array(0);

    const endOf = (start: number) => {
      one.at = start;
      return readNumber(bytes, one) + one.at;
    };
    let count = 0;
    let size = 0;
    for (const [at, start] of order.entries()) {
      if (at % IDS_A_TURN === 0) yield;
      if (count > 0 && compare(order[count - 1] ?? 0, start) === 0) continue;
      order[count++] = start;
      size += endOf(start) - start;
    }

    const packed = new Uint8Array(HEADER.length + numberLength(count) + size);
    packed.set(HEADER);
    let to = writeNumber(packed, HEADER.length, count);
    for (let at = 0; at < count; at++) {
      if (at % IDS_A_TURN === 0) yield;
      const start = order[at] ?? 0;
      const end = endOf(start);
      packed.set(bytes.subarray(start, end), to);
      to += end - start;
    }
    this.#bytes = new Uint8Array(0);
    return { bytes: packed, count, duplicates: order.length - count };
  }

  #makeRoom(end: number): void {
    if (this.#count === this.#starts.length) {
      const starts = new Uint32Array(2 * this.#count);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    if (end <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.min(WRITE_LIMITS.packedBytes, Math.max(end, 2 * this.#bytes.length)));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

/** Packs texts. @throws {RangeError} for one that can't be in a list */
export function packIds(ids: Iterable<string>): Packed {
  const packer = new IdPacker();
  for (const id of ids) {
    const problem = packer.add(encode(id));
    if (problem) throw new RangeError(`'${id.slice(0, 80)}' can't be in a list: ${problem}.`);
  }
  return whole(packer.finish());
}

/** UTF-16 units of what is UTF-8; -1 where it is none. */
function unitsOf(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  let at = from;
  while (at < to) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return -1;
    units += length === 4 ? 2 : 1;
    at += length;
  }
  return at === to ? units : -1;
}

/** Half a surrogate pair becomes what is no UTF-8, which is refused. */
function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    let rest = codePoint >> 11 === SURROGATES ? NO_UTF8 : utf8Of(codePoint);
    do {
      bytes[at++] = rest & 0xff;
      rest >>>= 8;
    } while (rest !== 0);
  }
  return bytes;
}

/** The upper bits of a half of a surrogate pair, and a byte that no UTF-8 has. */
const SURROGATES = 0x1b;
const NO_UTF8 = 0xff;
