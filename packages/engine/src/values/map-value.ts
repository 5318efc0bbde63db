import type { Run } from "./run.ts";
import { fromContext, Uint } from "./scalar.ts";
import { numberOf } from "./value-type.ts";

/**
 * Maps: an object of the context has string keys; a map literal becomes a `Map` under canonical keys, so that
 * `{1: 'a'}[1.0]` finds its entry. It knows its keys as they were given too: a macro over it sees uints.
 */
export class LiteralMap extends Map<unknown, unknown> {
  readonly given: unknown[] = [];

  /** False where there is such a key already. */
  add(key: unknown, given: unknown, value: unknown): boolean {
    if (this.has(key)) return false;
    this.set(key, value);
    this.given.push(given instanceof Uint ? given : keyOf(key));
    return true;
  }
}

/** The key under which a scalar is kept: equal CEL values share one. `undefined` for what can't be a key. */
export function canonicalKey(value: unknown): unknown {
  const number = numberOf(value);
  if (number === undefined) return typeof value === "object" && value !== null ? undefined : value;
  const double = Number(number);
  if (Number.isSafeInteger(double)) return double;
  return Number.isInteger(number) ? BigInt(number) : number;
}

/** The value under `key`; `undefined` where there is none. Inherited properties are none. */
export function mapGet(map: object, key: unknown): unknown {
  if (map instanceof Map) return map.get(canonicalKey(key));
  return typeof key === "string" && Object.hasOwn(map, key) ? fromContext(Reflect.get(map, key)) : undefined;
}

/**
 * The keys that hold a value, or `undefined` where the budget is exceeded. How many there are is known only once they are
 * listed, and charged then: the last map listed is all that may be done unpaid.
 */
export function mapKeys(map: object, run: Run): readonly unknown[] | undefined {
  if (!run.spend(1)) return undefined;
  if (map instanceof Map) return run.spend(map.size) ? keysOf(map) : undefined;
  const keys = Object.keys(map);
  return run.spend(keys.length) ? keys.filter((key) => Reflect.get(map, key) !== undefined) : undefined;
}

function keysOf(map: Map<unknown, unknown>): readonly unknown[] {
  return map instanceof LiteralMap ? map.given : Array.from(map.keys(), keyOf);
}

/** A whole number was an int, or counts as one. */
function keyOf(canonical: unknown): unknown {
  return Number.isInteger(canonical) ? BigInt(Number(canonical)) : canonical;
}

/** A whole number as an index: an int, a uint, or a whole double, as a context's numbers are doubles. */
export function indexOf(value: unknown): number | undefined {
  const key = canonicalKey(value);
  return typeof key === "number" && Number.isInteger(key) ? key : undefined;
}
