import { paid } from "../values/arithmetic.ts";
import type { Run } from "../values/run.ts";
import { Duration, duration, int, Timestamp, timestamp } from "../values/scalar.ts";

/** `+` of bytes, and of timestamps and durations. */
export function add(run: Run, left: unknown, right: unknown): unknown {
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return paid(run, left.length + right.length, () => Uint8Array.of(...left, ...right));
  }
  return moment(left, right, 1);
}

/** `-` of timestamps and durations. */
export function subtract(_run: Run, left: unknown, right: unknown): unknown {
  return moment(left, right, -1);
}

/** What remains of timestamps and durations added or subtracted is a duration, or one timestamp. */
function moment(left: unknown, right: unknown, sign: 1 | -1): unknown {
  if (!isTime(left) || !isTime(right)) return undefined;
  const ns = left.value + BigInt(sign) * right.value;
  const timestamps = Number(left instanceof Timestamp) + sign * Number(right instanceof Timestamp);
  if (timestamps === 1) return timestamp(ns);
  if (timestamps !== 0) return undefined;
  // The span between two timestamps fits 64 bits, as CEL's implementations have it.
  return left instanceof Timestamp && int(ns) !== ns ? int(ns) : duration(ns);
}

function isTime(value: unknown): value is Timestamp | Duration {
  return value instanceof Timestamp || value instanceof Duration;
}
