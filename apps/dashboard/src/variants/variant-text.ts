/** A variant's value as it is written in a field. */
import type { JsonValue, ToggleKind } from "@burgee/engine";
import { z } from "zod";

export type ReadValue =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: string };

const json: z.ZodType<JsonValue> = z.json();

export function readVariant(kind: ToggleKind, text: string): ReadValue {
  if (kind === "string") return { ok: true, value: text };
  if (kind === "number") {
    const value = Number(text);
    return text.trim() !== "" && Number.isFinite(value)
      ? { ok: true, value }
      : { ok: false, reason: "Give a number." };
  }
  try {
    return { ok: true, value: json.parse(JSON.parse(text)) };
  } catch (error) {
    return { ok: false, reason: error instanceof SyntaxError ? error.message : "This is no JSON." };
  }
}

export function variantText(kind: ToggleKind, value: JsonValue): string {
  if (typeof value === "string" && kind === "string") return value;
  return kind === "json" ? JSON.stringify(value, null, 2) : String(value);
}

/** On one line, for a table. */
export function shownVariant(value: JsonValue): string {
  return JSON.stringify(value);
}
