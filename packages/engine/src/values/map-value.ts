import type { Run } from "./run.ts";

/**
 * Maps: an object of the context has string keys; a map literal becomes a `Map` under canonical keys, so that
 * `{1: 'a'}[1.0]` finds its entry.
 */

/** The key under which a scalar is kept: equal CEL values share one. `undefined` for what can't be a key. */
export function canonicalKey(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isSafeInteger(value) || !Number.isInteger(value) ? value : BigInt(value);
    case "bigint":
      return isSafe(value) ? Number(value) : value;
    default:
      return value === null ? null : undefined;
  }
}

/** The value under `key`; `undefined` where there is none. Inherited properties are none. */
export function mapGet(map: object, key: unknown): unknown {
  if (map instanceof Map) return map.get(canonicalKey(key));
  if (typeof key !== "string" || !Object.hasOwn(map, key)) return undefined;
  return Reflect.get(map, key);
}

/**
 * The keys that hold a value, or `undefined` where the budget is exceeded. How many there are is known only once they are
 * listed, and charged then: the last map listed is all that may be done unpaid.
 */
export function mapKeys(map: object, run: Run): readonly unknown[] | undefined {
  if (!run.spend(1)) return undefined;
  if (map instanceof Map) return run.spend(map.size) ? [...map.keys()] : undefined;
  const keys = Object.keys(map);
  return run.spend(keys.length) ? keys.filter((key) => Reflect.get(map, key) !== undefined) : undefined;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
