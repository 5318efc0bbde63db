/** CEL's conversions. `undefined` where one has no meaning for a value. */
import { MALFORMED, OUT_OF_RANGE } from "../values/failure.ts";
import type { Meanings, Run } from "../values/run.ts";
import { Duration, int, SECOND, Timestamp, timestamp, uint } from "../values/scalar.ts";
import { MAX_VALUE_LENGTH } from "../values/semver.ts";
import { numberOf, typeOf } from "../values/value-type.ts";
import { prices } from "./prices.ts";
import { floor, parseDuration, parseTimestamp, printDuration, printTimestamp } from "./time.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

export const conversions: Meanings = {
  int: (run, value) => {
    if (value instanceof Timestamp) return floor(value.value, SECOND);
    return whole(run, value, int, /^[+-]?\d+$/);
  },
  uint: (run, value) => {
    // Cut to its whole part, -0.1 would be in range.
    return typeof value === "number" && value < 0 ? OUT_OF_RANGE : whole(run, value, uint, /^\d+$/);
  },
  double: (run, value) => {
    if (typeof value === "string") return read(run, value, parseDouble);
    const number = numberOf(value);
    return number === undefined ? undefined : Number(number);
  },
  bool: (run, value) => {
    if (typeof value === "string") return read(run, value, (text) => booleans.get(text) ?? MALFORMED);
    return typeof value === "boolean" ? value : undefined;
  },
  string: (run, value) => {
    if (value instanceof Uint8Array) {
      const isPaid = run.spend(prices.decoding) && run.spendText(value.length);
      return isPaid ? (decodeUtf8(value) ?? MALFORMED) : undefined;
    }
    if (value instanceof Timestamp) return printTimestamp(value);
    if (value instanceof Duration) return printDuration(value);
    if (Object.is(value, -0)) return "-0";
    const plain = numberOf(value) ?? value;
    return typeof plain === "object" || !typeOf(plain) ? undefined : String(plain);
  },
  bytes: (run, value) => {
    if (value instanceof Uint8Array) return value;
    return typeof value === "string" && run.spendText(value.length) ? encodeUtf8(value) : undefined;
  },
  timestamp: (run, value) => {
    if (typeof value === "string") return read(run, value, parseTimestamp);
    if (typeof value === "bigint") return timestamp(value * SECOND);
    return value instanceof Timestamp ? value : undefined;
  },
  duration: (run, value) => {
    if (typeof value === "string") return read(run, value, parseDuration);
    return value instanceof Duration ? value : undefined;
  },
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text): [string, boolean] => [text, true]),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text): [string, boolean] => [text, false]),
]);

function read(run: Run, text: string, parse: (text: string) => unknown): unknown {
  if (text.length > MAX_VALUE_LENGTH) return MALFORMED;
  return run.spendText(text.length) ? parse(text) : undefined;
}

/** An int or a uint of a number, cut to its whole part, or of a text in the form given. */
function whole(run: Run, value: unknown, fit: (value: bigint) => unknown, form: RegExp): unknown {
  if (typeof value === "string") {
    return read(run, value, (text) => (form.test(text) ? fit(BigInt(text)) : MALFORMED));
  }
  if (typeof value !== "number") {
    const number = numberOf(value);
    return typeof number === "bigint" ? fit(number) : undefined;
  }
  // The least int is out of range as a double, as CEL has it: doubles beside it would have to be rounded to it.
  return Number.isFinite(value) && value !== -(2 ** 63) ? fit(BigInt(Math.trunc(value))) : OUT_OF_RANGE;
}

const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A decimal text, or what `string` makes of a double that is none. */
function parseDouble(text: string): unknown {
  const double = Number(text);
  if (!DOUBLE.test(text)) return /^(?:NaN|-?Infinity)$/.test(text) ? double : MALFORMED;
  return Number.isFinite(double) ? double : OUT_OF_RANGE;
}
