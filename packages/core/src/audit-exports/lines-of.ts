/** Longer than any line of an export: what is longer is none, and is not gathered. */
const LONGEST_LINE = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The lines of what comes in chunks, one at a time. A last one that nothing ends is a line too.
 * @throws {RangeError} for one that is longer than any line is
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let begun: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield textOf(begun, chunk.subarray(start, end));
      begun = [];
      length = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    length += rest.byteLength;
    if (length > LONGEST_LINE) throw new RangeError(`A line is longer than ${LONGEST_LINE} bytes.`);
    if (rest.byteLength > 0) begun.push(rest);
  }
  if (length > 0) yield textOf(begun, new Uint8Array());
}

function textOf(begun: readonly Uint8Array[], end: Uint8Array): string {
  return Buffer.concat([...begun, end]).toString("utf8");
}
