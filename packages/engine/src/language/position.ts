export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column (both from 1; columns in UTF-16 units) of an offset. A line ends with LF, CR LF or CR. */
export function positionOf(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (const lineBreak of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line++;
    lineStart = lineBreak.index + lineBreak[0].length;
  }
  return { line, column: offset - lineStart + 1 };
}
