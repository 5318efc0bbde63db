import type { TypeName } from "../language/expression.ts";
import { type Failure, OUT_OF_RANGE } from "./failure.ts";

/**
 * What CEL has and JavaScript lacks: a value under the name of its type. Two of one type are equal where their values
 * are, and in the order of their values.
 */
export class Scalar<Value extends bigint | string> {
  readonly type: TypeName;
  readonly value: Value;

  constructor(type: TypeName, value: Value) {
    this.type = type;
    this.value = value;
  }
}

export class Uint extends Scalar<bigint> {
  constructor(value: bigint) {
    super("uint", value);
  }
}

/** A moment in nanoseconds since 1970-01-01T00:00:00Z. */
export class Timestamp extends Scalar<bigint> {
  constructor(ns: bigint) {
    super("google.protobuf.Timestamp", ns);
  }
}

/** A span of time in nanoseconds. */
export class Duration extends Scalar<bigint> {
  constructor(ns: bigint) {
    super("google.protobuf.Duration", ns);
  }
}

/** A type by its name. */
export class TypeValue extends Scalar<TypeName> {
  constructor(name: TypeName) {
    super("type", name);
  }
}

export const SECOND = 1_000_000_000n;
/** From 0001-01-01T00:00:00Z until 10000-01-01T00:00:00Z. */
const FIRST_NS = -62_135_596_800n * SECOND;
const END_NS = 253_402_300_800n * SECOND;
const LONGEST_NS = 315_576_000_000n * SECOND;

export function int(value: bigint): bigint | Failure {
  return BigInt.asIntN(64, value) === value ? value : OUT_OF_RANGE;
}

export function uint(value: bigint): Uint | Failure {
  return BigInt.asUintN(64, value) === value ? new Uint(value) : OUT_OF_RANGE;
}

export function timestamp(ns: bigint): Timestamp | Failure {
  return ns >= FIRST_NS && ns < END_NS ? new Timestamp(ns) : OUT_OF_RANGE;
}

export function timestampOfMs(ms: number): Timestamp | Failure {
  return Number.isFinite(ms) ? timestamp(BigInt(Math.floor(ms)) * 1_000_000n) : OUT_OF_RANGE;
}

export function duration(ns: bigint): Duration | Failure {
  return ns <= LONGEST_NS && ns >= -LONGEST_NS ? new Duration(ns) : OUT_OF_RANGE;
}

/** What a context holds as an expression sees it: a `Date` is a timestamp. */
export function fromContext(value: unknown): unknown {
  return value instanceof Date ? timestampOfMs(value.getTime()) : value;
}
