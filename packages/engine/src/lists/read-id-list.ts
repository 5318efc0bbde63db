import { READ_LIMITS } from "../limits.ts";
import type { IdList } from "../values/run.ts";
import { compareBytes } from "./compare-ids.ts";
import { type Cursor, HEADER, readNumber } from "./format.ts";
import { indexIds } from "./id-index.ts";
import { type InTurns, inTurns, whole } from "./in-turns.ts";
import { isUtf8 } from "./utf8-sequence.ts";

export interface ListError {
  readonly code: "not_a_list" | "unsupported_version" | "too_large" | "malformed_list";
  readonly message: string;
}

export type ListResult =
  | { readonly ok: true; readonly list: IdList }
  | { readonly ok: false; readonly error: ListError };

/** UTF-8 bytes of the longest id: at most three for a UTF-16 unit. */
const LONGEST_ID = 3 * READ_LIMITS.idLength;
/** Bytes checked in one turn: some milliseconds. */
const BYTES_A_TURN = 512 * 1024;

/**
 * Checks untrusted bytes in full, and makes them ready to look ids up in. The bytes must not change afterwards. Their hash is for
 * the caller to check.
 */
export function readIdList(bytes: Uint8Array): ListResult {
  return whole(readInTurns(bytes));
}

/** As {@link readIdList}, some milliseconds at a time: a million ids take some hundred. */
export function readIdListInTurns(bytes: Uint8Array, pause: () => Promise<unknown>): Promise<ListResult> {
  return inTurns(readInTurns(bytes), pause);
}

function* readInTurns(bytes: Uint8Array): InTurns<ListResult> {
  if (bytes.length > READ_LIMITS.packedBytes) {
    return refuse(
      "too_large",
      `The list has ${bytes.length} bytes; at most ${READ_LIMITS.packedBytes} are read.`,
    );
  }
  const [version = 0, ...magic] = [...HEADER].reverse();
  if (magic.reverse().some((byte, at) => bytes[at] !== byte)) {
    return refuse("not_a_list", "The bytes do not begin as a packed list does.");
  }
  const found = bytes[magic.length];
  if (found !== version) {
    const message = `The list has version ${found ?? "none"}; this release reads version ${version}. Update the SDK.`;
    return refuse("unsupported_version", message);
  }
  const cursor: Cursor = { at: HEADER.length };
  const starts = yield* findStarts(bytes, cursor);
  if (!(starts instanceof Uint32Array)) return { ok: false, error: starts };
  if (cursor.at !== bytes.length) return malformed(`Bytes follow the last id, at byte ${cursor.at}.`);
  return { ok: true, list: yield* indexIds(bytes, starts) };
}

/** Where each id begins, its length first. */
function* findStarts(bytes: Uint8Array, cursor: Cursor): InTurns<Uint32Array | ListError> {
  const count = readNumber(bytes, cursor);
  if (count < 0) return fault("There is no count, or not in its shortest form.");
  if (count > READ_LIMITS.packedIds) {
    const message = `The list has ${count} ids; at most ${READ_LIMITS.packedIds} are read.`;
    return { code: "too_large", message };
  }
  // An id takes two bytes at least: a count of more is no reason to make room.
  if (2 * count > bytes.length - cursor.at) return fault(`There is no room for ${count} ids.`);

  const starts = new Uint32Array(count);
  let from = 0;
  let to = 0;
  let turn = cursor.at;
  for (let id = 0; id < count; id++) {
    starts[id] = cursor.at;
    const length = readNumber(bytes, cursor);
    if (length < 1 || length > LONGEST_ID) return fault(`Id ${id} has no length from 1 to ${LONGEST_ID}.`);
    const start = cursor.at;
    const end = start + length;
    if (end > bytes.length) return fault(`Id ${id} is cut off.`);
    if (!isUtf8(bytes, start, end)) return fault(`Id ${id} is no UTF-8.`);
    if (id > 0 && compareBytes(bytes, from, to, start, end) >= 0)
      return fault(`Id ${id} does not come after the one before it.`);
    from = start;
    to = end;
    cursor.at = end;
    if (end - turn < BYTES_A_TURN) continue;
    turn = end;
    yield;
  }
  return starts;
}

function refuse(code: ListError["code"], message: string): ListResult {
  return { ok: false, error: { code, message } };
}

function malformed(message: string): ListResult {
  return { ok: false, error: fault(message) };
}

function fault(message: string): ListError {
  return { code: "malformed_list", message };
}
