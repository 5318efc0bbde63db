import type { ListLiteral, MapLiteral } from "../language/expression.ts";
import { Failure } from "../values/failure.ts";
import { canonicalKey, mapGet } from "../values/map-value.ts";
import { BUDGET_EXCEEDED } from "../values/run.ts";
import { isMap, noOverload } from "../values/value-type.ts";
import type { Compile, Compiled } from "./compiled.ts";

const OUT_OF_RANGE = new Failure("the index lies outside the list");
const NO_SUCH_KEY = new Failure("the map has no such key");

/** `map.field` */
export function fieldOf(owner: Compiled, field: string): Compiled {
  const missing = new Failure(`there is no field '${field}'`);
  return (context, run) => {
    const map = owner(context, run);
    if (!isMap(map)) return map instanceof Failure ? map : noOverload(`.${field}`, map);
    const value = mapGet(map, field);
    return value === undefined ? missing : value;
  };
}

/** `list[index]` or `map[key]`. A whole double is an index too: a context's numbers are doubles. */
export function elementAt(container: unknown, at: unknown): unknown {
  if (Array.isArray(container)) {
    const index = canonicalKey(at);
    if (typeof index !== "number" || !Number.isInteger(index)) {
      return typeof index === "bigint" ? OUT_OF_RANGE : noOverload("[]", container, at);
    }
    const item: unknown = container[index];
    return item === undefined ? OUT_OF_RANGE : item;
  }
  if (!isMap(container)) return noOverload("[]", container, at);
  const value = mapGet(container, at);
  return value === undefined ? NO_SUCH_KEY : value;
}

/** A list literal. */
export function compileList(node: ListLiteral, compile: Compile): Compiled {
  const items = node.items.map(compile);
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

/** A map literal; its keys are strings, ints and bools, each once. */
export function compileMap(node: MapLiteral, compile: Compile): Compiled {
  const entries = node.entries.map(([key, value]) => ({ key: compile(key), value: compile(value) }));
  return (context, run) => {
    if (!run.spend(entries.length)) return BUDGET_EXCEEDED;
    const map = new Map<unknown, unknown>();
    for (const entry of entries) {
      const key = entry.key(context, run);
      if (key instanceof Failure) return key;
      if (!isKey(key)) return noOverload("{}", key);
      const value = entry.value(context, run);
      if (value instanceof Failure) return value;
      if (map.has(canonicalKey(key))) return new Failure("the map has a key twice");
      map.set(canonicalKey(key), value);
    }
    return map;
  };
}

/** A whole double counts as an int, as for an index. */
function isKey(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value);
  return typeof value === "string" || typeof value === "boolean" || typeof value === "bigint";
}
