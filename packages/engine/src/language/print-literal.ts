/** With a point or an exponent, as a double is told from an int by it. */
export function printDouble(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export function printString(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&").replace(CONTROLS, escapeControl)}'`;
}

/** Of a text of one character a byte: what is ASCII and visible stands for itself. */
export function printBytes(binary: string): string {
  const text = binary.replace(/['\\]/g, "\\$&").replace(INVISIBLE, (byte) => `\\x${hex(byte, 2)}`);
  return `b'${text}'`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not stand as they are.
const CONTROLS = /[\x00-\x1f\x7f\u2028\u2029]/g;
const INVISIBLE = /[^\x20-\x7e]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeControl(character: string): string {
  return SHORT[character] ?? `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}
