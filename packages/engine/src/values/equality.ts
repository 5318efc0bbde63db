import { EVALUATION_LIMITS } from "../limits.ts";
import { itemAt } from "./list-value.ts";
import { mapGet, mapKeys } from "./map-value.ts";
import type { Run } from "./run.ts";
import { Scalar } from "./scalar.ts";
import { equalScalars } from "./scalars.ts";
import { isMap } from "./value-type.ts";

/** As {@link equalScalars}, for all values. `undefined` where the budget is exceeded, or lists and maps are nested too deep. */
export function equals(run: Run, left: unknown, right: unknown, depth = 0): boolean | undefined {
  const scalars = equalScalars(run, left, right);
  if (scalars !== undefined) return scalars;
  if (left instanceof Uint8Array && right instanceof Uint8Array) return sameBytes(run, left, right);
  if (Array.isArray(left) && Array.isArray(right)) return sameItems(run, left, right, depth);
  if (isMap(left) && isMap(right)) return sameEntries(run, left, right, depth);
  if (left instanceof Scalar && right instanceof Scalar) return left.value === right.value;
  return undefined;
}

/** An item of a list: a list or a map itself, or any other value. */
export function isItem(run: Run, item: unknown, container: unknown): boolean | undefined {
  if (!Array.isArray(container)) return undefined;
  for (let at = 0; at < container.length; at++) {
    const same = samePart(run, item, itemAt(container, at), 0);
    if (same !== false) return same;
  }
  return false;
}

function samePart(run: Run, left: unknown, right: unknown, depth: number): boolean | undefined {
  return depth < EVALUATION_LIMITS.valueDepth && run.spend(1)
    ? equals(run, left, right, depth + 1)
    : undefined;
}

function sameBytes(run: Run, left: Uint8Array, right: Uint8Array): boolean | undefined {
  if (left.length !== right.length) return false;
  return run.spendText(left.length) ? left.every((byte, at) => byte === right[at]) : undefined;
}

function sameItems(
  run: Run,
  left: readonly unknown[],
  right: readonly unknown[],
  depth: number,
): boolean | undefined {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const same = samePart(run, itemAt(left, at), itemAt(right, at), depth);
    if (same !== true) return same;
  }
  return true;
}

function sameEntries(run: Run, left: object, right: object, depth: number): boolean | undefined {
  const keys = mapKeys(left, run);
  const others = keys && mapKeys(right, run);
  if (!keys || !others) return undefined;
  if (keys.length !== others.length) return false;
  for (const key of keys) {
    const other = mapGet(right, key);
    const same = other !== undefined && samePart(run, mapGet(left, key), other, depth);
    if (same !== true) return same;
  }
  return true;
}
