import { LiteralMap, mapGet } from "../../src/values/map-value.ts";
import { Scalar } from "../../src/values/scalar.ts";

/** One text for each value, with its type in it. */
export function spell(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}i`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(spell).join()}]`;
  if (value instanceof Scalar) return `${value.type}(${value.value})`;
  if (value instanceof Uint8Array) return `b(${value.join()})`;
  if (value instanceof Date) return `date(${value.getTime()})`;
  const entries = value instanceof Map ? entriesOf(value) : Object.entries(value);
  return `{${entries.map(([key, inner]) => `${spell(key)}:${spell(inner)}`).join()}}`;
}

/** A literal's keys are as they were given. */
function entriesOf(map: Map<unknown, unknown>): readonly (readonly [unknown, unknown])[] {
  return map instanceof LiteralMap ? map.given.map((key) => [key, mapGet(map, key)]) : [...map];
}
