export interface Position {
  readonly line: number;
  readonly column: number;
}

const LF = 10;
const CR = 13;

/**
 * Line and column (both from 1; columns in UTF-16 units) of an offset. A line ends with LF, CR LF or CR. The text is looked through once,
 * however many offsets are asked.
 */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === LF || (letter === CR && text.charCodeAt(at + 1) !== LF)) starts.push(at + 1);
  }
  return (offset) => {
    const line = linesBegunBy(starts, offset);
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}

function linesBegunBy(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
