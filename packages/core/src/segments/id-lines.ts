import { packedIds } from "@burgee/engine/lists";

/** Bytes of one chunk. */
const CHUNK_BYTES = 64 * 1024;
const NEW_LINE = Buffer.from("\n");

/** The ids of a packed list, one a line, in chunks that are made as they are asked for. */
export function* linesOf(bytes: Uint8Array): Generator<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const id of packedIds(bytes)) {
    parts.push(id, NEW_LINE);
    length += id.length + 1;
    if (length < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  yield Buffer.concat(parts);
}
