import { isPlainName } from "./names.ts";
import { printControls, unitEscape } from "./print-controls.ts";

/** What no text means, as a kind of a newer release: behind a `#`, which is refused wherever it stands. */
export function printForeign(text: string): string {
  return `#${printField(text)}`;
}

/** A name that may stand after a `.`. Backticks hold few characters: a name with others is refused when it is read. */
export function printField(name: string): string {
  return isPlainName(name) ? name : printQuoted(name);
}

export function printQuoted(name: string): string {
  return `\`${printControls(name.replace(/[`\\]/g, unitEscape))}\``;
}
