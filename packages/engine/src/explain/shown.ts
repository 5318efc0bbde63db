import { printDuration, printTimestamp } from "../library/time.ts";
import type { JsonValue } from "../ruleset/ruleset.ts";
import { Failure } from "../values/failure.ts";
import { Duration, Scalar, Timestamp } from "../values/scalar.ts";

export const LONGEST_SHOWN = 200;
const MAX_PARTS = 10;
const MAX_DEPTH = 3;

/** Parts that may still be shown, of all values together. */
export interface Room {
  left: number;
}

/** A value of an expression as JSON for people to read: long ones are cut. `undefined` for what is none. */
export function shown(value: unknown, room: Room, depth = MAX_DEPTH): JsonValue | undefined {
  room.left--;
  if (room.left < 0) return "…";
  switch (typeof value) {
    case "string":
      return cut(value);
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "object":
      return value === null ? null : shownObject(value, room, depth);
    default:
      return undefined;
  }
}

/** A text, or its beginning. */
export function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function shownObject(value: object, room: Room, depth: number): JsonValue | undefined {
  if (value instanceof Failure) return undefined;
  if (value instanceof Timestamp) return printTimestamp(value);
  if (value instanceof Duration) return printDuration(value);
  if (value instanceof Scalar) return shown(value.value, room);
  if (value instanceof Date) return String(value.getTime());
  if (depth === 0) return "…";
  if (Array.isArray(value) || value instanceof Uint8Array)
    return shownList([...value.slice(0, MAX_PARTS)], value.length, room, depth);

  const entries: readonly (readonly [unknown, unknown])[] =
    value instanceof Map ? [...value] : Object.entries(value);
  const parts = entries
    .slice(0, MAX_PARTS)
    .map(([key, inner]) => [cut(String(key)), shown(inner, room, depth - 1) ?? null] as const);
  if (entries.length > MAX_PARTS) parts.push(["…", entries.length - MAX_PARTS]);
  return Object.fromEntries(parts);
}

function shownList(first: readonly unknown[], length: number, room: Room, depth: number): JsonValue {
  const items = first.map((item) => shown(item, room, depth - 1) ?? null);
  return length > MAX_PARTS ? [...items, `… ${length - MAX_PARTS} more`] : items;
}
