import { prefixHasher } from "../bucketing/prefix-hasher.ts";
import type { IdList } from "../values/run.ts";
import { compareText } from "./compare-ids.ts";
import { type Cursor, readNumber } from "./format.ts";
import { hashBytes } from "./hash-bytes.ts";
import type { InTurns } from "./in-turns.ts";

/** Ids whose hashes end alike, on average: fewer cost memory, more cost time. */
const IDS_A_BUCKET = 4;
/** Ids indexed in one turn: about a millisecond. */
const IDS_A_TURN = 16_384;

/**
 * Finds ids in packed bytes by a hash table over them: buckets of some ids each, one behind the other. Ids whose hashes are
 * alike stay in order, and are searched by halves, so that who makes many of them gains nothing.
 */
export function* indexIds(bytes: Uint8Array, starts: Uint32Array): InTurns<IdList> {
  const count = starts.length;
  const bits = Math.max(0, Math.ceil(Math.log2(count / IDS_A_BUCKET)));
  const mask = 2 ** bits - 1;
  const cursor: Cursor = { at: 0 };
  const bucketOf = (start: number) => {
    cursor.at = start;
    const length = readNumber(bytes, cursor);
    return hashBytes(bytes, cursor.at, cursor.at + length) & mask;
  };

  // Counted at the next bucket's place, summed up to where each begins, and moved on to where it ends as ids are put.
  const buckets = new Uint32Array(count);
  const ends = new Uint32Array(mask + 2);
  for (let at = 0; at < count; at++) {
    const bucket = bucketOf(starts[at] ?? 0);
    buckets[at] = bucket;
    ends[bucket + 1] = (ends[bucket + 1] ?? 0) + 1;
    if (at % IDS_A_TURN === 0) yield;
  }
  for (let bucket = 1; bucket < ends.length; bucket++)
    ends[bucket] = (ends[bucket] ?? 0) + (ends[bucket - 1] ?? 0);
  const places = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const bucket = buckets[at] ?? 0;
    const place = ends[bucket] ?? 0;
    places[place] = starts[at] ?? 0;
    ends[bucket] = place + 1;
    if (at % IDS_A_TURN === 0) yield;
  }

  const hash = prefixHasher("", 0, false);
  return {
    count,
    has: (id) => {
      const bucket = hash(id) & mask;
      let low = bucket === 0 ? 0 : (ends[bucket - 1] ?? 0);
      let high = ends[bucket] ?? 0;
      while (low < high) {
        const middle = (low + high) >>> 1;
        cursor.at = places[middle] ?? 0;
        const length = readNumber(bytes, cursor);
        const order = compareText(id, bytes, cursor.at, cursor.at + length);
        if (order === 0) return true;
        if (order > 0) low = middle + 1;
        else high = middle;
      }
      return false;
    },
  };
}
