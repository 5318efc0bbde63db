/** What would not be seen, or end the line, as escapes. */
export function printControls(text: string): string {
  return text.replace(CONTROLS, (character) => SHORT[character] ?? unitEscape(character));
}

/** `\u0060` */
export function unitEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not stand as they are.
const CONTROLS = /[\x00-\x1f\x7f\u2028\u2029]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
