/** As much of what is wrong as an answer tells: it is no larger for an input in which everything is. */
import type { InputIssue } from "./app-error.ts";

interface Bounds {
  readonly count: number;
  /** Of messages and pointers, in all. */
  readonly characters: number;
}

/** Of a refusal: whoever has mended these asks again. */
export const REFUSAL_BOUNDS: Bounds = { count: 50, characters: 4_000 };
/** Of the warnings of one change, which are all that is ever said of it. */
export const WARNING_BOUNDS: Bounds = { count: 200, characters: 40_000 };

const LONGEST_MESSAGE = 400;
/** A place in an input has a hundred characters; a longer one holds a name that is refused. */
const LONGEST_POINTER = 200;

/** The first of them, and each shortened where it is long; always one, where there is one. */
export function shownIssues(
  issues: readonly InputIssue[],
  { count, characters }: Bounds,
): readonly InputIssue[] {
  const shown: InputIssue[] = [];
  let left = characters;
  for (const issue of issues.slice(0, count)) {
    const short = {
      ...issue,
      pointer: cut(issue.pointer, LONGEST_POINTER),
      message: shortened(issue.message),
    };
    left -= short.pointer.length + short.message.length;
    if (left < 0 && shown.length > 0) break;
    shown.push(short);
  }
  return shown;
}

export function shortened(message: string): string {
  return cut(message, LONGEST_MESSAGE);
}

/** Never within a pair of surrogates. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…`;
}
