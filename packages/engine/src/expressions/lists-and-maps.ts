import { Failure } from "../values/failure.ts";
import { canonicalKey, LiteralMap } from "../values/map-value.ts";
import { BUDGET_EXCEEDED, type Compiled } from "../values/run.ts";
import { noOverload } from "../values/value-type.ts";

/** A list literal. */
export function compileList(items: readonly Compiled[]): Compiled {
  return (context, run) => {
    if (!run.spend(items.length)) return BUDGET_EXCEEDED;
    const values: unknown[] = [];
    for (const item of items) {
      const value = item(context, run);
      if (value instanceof Failure) return value;
      values.push(value);
    }
    return values;
  };
}

/** A map literal; its keys are strings, ints, uints and bools, each once. */
export function compileMap(entries: readonly (readonly [Compiled, Compiled])[]): Compiled {
  return (context, run) => {
    if (!run.spend(entries.length)) return BUDGET_EXCEEDED;
    const map = new LiteralMap();
    for (const [keyAt, valueAt] of entries) {
      const given = keyAt(context, run);
      if (given instanceof Failure) return given;
      const key = canonicalKey(given);
      if (!isKey(key)) return noOverload("{}", given);
      const value = valueAt(context, run);
      if (value instanceof Failure) return value;
      if (!map.add(key, given, value)) return KEY_TWICE;
    }
    return map;
  };
}

const KEY_TWICE = new Failure("key_twice");

/** A whole double counts as an int, as for an index. */
function isKey(key: unknown): boolean {
  return Number.isInteger(key) || ["string", "boolean", "bigint"].includes(typeof key);
}
