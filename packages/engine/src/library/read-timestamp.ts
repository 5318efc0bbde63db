import { Timestamp } from "../values/scalar.ts";
import { floor, MS, parseTimestamp } from "./time.ts";

/** The moment that `timestamp(text)` is in a condition, to the millisecond; `undefined` for what it can't read. */
export function readTimestamp(text: string): Date | undefined {
  const read = parseTimestamp(text);
  return read instanceof Timestamp ? new Date(Number(floor(read.value, MS))) : undefined;
}
