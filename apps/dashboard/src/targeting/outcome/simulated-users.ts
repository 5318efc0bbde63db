/**
 * Users made up for trying drafts: each attribute that a rule looks at has, evenly, one of the values that rules hold it against, a value
 * beside them, or another one. The same rules make the same users, so a figure changes only when the draft does.
 */
import type { AttributeType, AttributeValue, EvaluationContext, Expression } from "@burgee/engine";
import { type Constant, constantsIn } from "./constants.ts";

export const SIMULATED_USERS = 10_000;

export interface Simulation {
  /** Of the toggle's rules before and after, of segments, and of toggles that it waits for. */
  readonly conditions: readonly Expression[];
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /** Attributes that are hashed: each user has a value of their own. */
  readonly hashed: readonly string[];
  /** Ids that lists name: each is a user too. */
  readonly named: readonly string[];
}

/** Beyond these, a list of ids is so long that its share means nothing. */
const MOST_NAMED = 100;

export function simulateUsers(
  { conditions, attributes, hashed, named }: Simulation,
  count = SIMULATED_USERS,
): readonly EvaluationContext[] {
  const pools = poolsOf(conditions, attributes, hashed);
  const own = hashed.filter((name) => name !== "userId" && name !== "targetingKey");
  const ids = named.slice(0, MOST_NAMED);
  const random = randomFrom(20_261_201);
  return Array.from({ length: count }, (_, index) => {
    const context: Record<string, AttributeValue> = { userId: ids[index] ?? `user-${index + 1}` };
    for (const name of own) context[name] = `${name}-${index + 1}`;
    for (const [path, values] of pools) {
      const value = values[Math.floor(random() * values.length)];
      if (value !== undefined) place(context, path.split("."), value);
    }
    return context;
  });
}

function poolsOf(
  conditions: readonly Expression[],
  attributes: Simulation["attributes"],
  hashed: readonly string[],
): readonly (readonly [path: string, values: readonly AttributeValue[]])[] {
  const constants = constantsIn(conditions);
  const paths = [...constants.keys()];
  return (
    [...constants]
      .filter(([path]) => path !== "userId" && path !== "targetingKey" && !hashed.includes(path))
      // What has fields of its own is made with them.
      .filter(([path]) => !paths.some((other) => other.startsWith(`${path}.`)))
      .map(([path, values]) => [path, poolOf([...values], attributes[path])] as const)
  );
}

function poolOf(values: readonly Constant[], type: AttributeType | undefined): readonly AttributeValue[] {
  const kind = type ?? kindOf(values);
  switch (kind) {
    case "boolean":
      return [true, false];
    case "number":
      return numbersAround(values.filter((value) => typeof value === "number"));
    case "timestamp":
      return momentsAround(values);
    case "list":
      return [[...values], [], ["another"]];
    default:
      return textsAround(values);
  }
}

function kindOf(values: readonly Constant[]): AttributeType {
  if (values.length === 0 || values.every((value) => typeof value === "boolean")) return "boolean";
  if (values.every((value) => typeof value === "number")) return "number";
  return values.every((value) => typeof value === "string" && MOMENT.test(value)) ? "timestamp" : "string";
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:/;
const VERSION = /^\d+\.\d+(\.\d+)?/;

function numbersAround(values: readonly number[]): readonly number[] {
  return [
    ...new Set(values.length === 0 ? [0, 1] : values.flatMap((value) => [value - 1, value, value + 1])),
  ];
}

const DAY_MS = 86_400_000;

function momentsAround(values: readonly Constant[]): readonly string[] {
  const times = values.map((value) => Date.parse(String(value))).filter(Number.isFinite);
  const centres = times.length === 0 ? [Date.UTC(2026, 0, 1)] : times;
  return centres
    .flatMap((time) => [time - DAY_MS, time + DAY_MS])
    .map((time) => new Date(time).toISOString());
}

function textsAround(values: readonly Constant[]): readonly AttributeValue[] {
  const isVersions = values.some((value) => typeof value === "string" && VERSION.test(value));
  return [...values, ...(isVersions ? ["0.0.1", "999.0.0"] : ["another"])];
}

function place(
  context: Record<string, AttributeValue>,
  [name = "", ...fields]: readonly string[],
  value: AttributeValue,
): void {
  if (fields.length === 0) {
    Object.defineProperty(context, name, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  const known = Object.hasOwn(context, name) ? context[name] : undefined;
  const inner: Record<string, AttributeValue> = isMap(known) ? { ...known } : {};
  place(inner, fields, value);
  Object.defineProperty(context, name, {
    value: inner,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function isMap(value: AttributeValue | undefined): value is { readonly [name: string]: AttributeValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Mulberry32: small, even enough, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
