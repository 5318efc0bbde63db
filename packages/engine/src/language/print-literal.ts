import { printControls } from "./print-controls.ts";
import { printForeign } from "./print-foreign.ts";

/** With a point or an exponent, as a double is told from an int by it. */
export function printDouble(value: number): string {
  const text = String(value);
  if (!Number.isFinite(value)) return printForeign(text);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export function printString(text: string): string {
  return `'${printControls(text.replace(/['\\]/g, "\\$&"))}'`;
}

/** Of a text of one character a byte: what is ASCII and visible stands for itself. */
export function printBytes(binary: string): string {
  const text = binary.replace(/['\\]/g, "\\$&").replace(INVISIBLE, (byte) => `\\x${hex(byte)}`);
  return `b'${text}'`;
}

const INVISIBLE = /[^\x20-\x7e]/g;

function hex(byte: string): string {
  return byte.charCodeAt(0).toString(16).padStart(2, "0");
}
