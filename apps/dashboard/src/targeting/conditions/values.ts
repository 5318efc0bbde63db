/**
 * Values of rows as people read and write them. Of an attribute that is declared, every text is a value of its type; of another one,
 * `18` and `true` are what they look like, and quotes make texts of them.
 */
import type { AttributeType } from "@burgee/engine";
import type { FormValue } from "@burgee/engine/language";

export function shownValue(value: FormValue, type: AttributeType | undefined): string {
  if (typeof value !== "string") return String(value);
  if (type === "string") return value;
  const isPlain = value !== "" && !value.startsWith('"') && value === value.trim();
  return isPlain && typeof readPlain(value) === "string" ? value : JSON.stringify(value);
}

/** Undefined where the text is no value of the type. */
export function readValue(text: string, type: AttributeType | undefined): FormValue | undefined {
  if (type === "string") return text;
  const value = readPlain(text);
  if (type === "number") return typeof value === "number" ? value : undefined;
  if (type === "boolean") return typeof value === "boolean" ? value : undefined;
  return value;
}

function readPlain(text: string): FormValue {
  const trimmed = text.trim();
  if (trimmed === "true") return true;
  if (trimmed === "false") return false;
  if (/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(trimmed)) {
    const number = Number(trimmed);
    return Number.isFinite(number) ? number : trimmed;
  }
  return quoted(trimmed) ?? trimmed;
}

function quoted(text: string): string | undefined {
  if (!/^".*"$/s.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
