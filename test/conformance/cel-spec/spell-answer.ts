import { Duration, Timestamp, TypeValue, Uint } from "../../../packages/engine/src/values/scalar.ts";
import { spelling } from "./spelling.ts";

/** A value of the engine, spelled as cel-spec's are. */
export function spellAnswer(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return spelling.bool(value);
    case "bigint":
      return spelling.int(value);
    case "number":
      return spelling.double(value);
    case "string":
      return spelling.string(value);
    case "object":
      return value === null ? spelling.null() : spellObject(value);
    default:
      return `no value: ${String(value)}`;
  }
}

function spellObject(value: object): string {
  if (Array.isArray(value)) return spelling.list(value.map(spellAnswer));
  if (value instanceof Uint8Array) return spelling.bytes(value);
  if (value instanceof Uint) return spelling.uint(value.value);
  if (value instanceof Timestamp) return spelling.timestamp(value.value);
  if (value instanceof Duration) return spelling.duration(value.value);
  if (value instanceof TypeValue) return spelling.type(value.value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return spelling.map(entries.map(([key, entry]) => [spellAnswer(key), spellAnswer(entry)]));
}
