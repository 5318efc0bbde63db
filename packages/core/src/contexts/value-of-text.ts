/** From a query's text to a value of a declared type. */
import { type AttributeType, type AttributeValue, readTimestamp } from "@burgee/engine";

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

type Written = string | readonly string[];

/** Of one text each, but for lists. */
const READERS: Readonly<
  Record<Exclude<AttributeType, "list">, (text: string) => AttributeValue | undefined>
> = {
  string: (text) => text,
  number: (text) => (NUMBER.test(text) ? finite(Number(text)) : undefined),
  boolean: (text) => (text === "true" || text === "false" ? text === "true" : undefined),
  timestamp: readTimestamp,
  map: readMap,
};

/** @param written several texts where a name was repeated. Undefined where it is no value of the type. */
export function valueOfText(written: Written, type: AttributeType): AttributeValue | undefined {
  if (type === "list") return typeof written === "string" ? [written] : written;
  // A newer server may declare a type that this build lacks.
  if (!Object.hasOwn(READERS, type)) return written;
  return typeof written === "string" ? READERS[type](written) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function readMap(text: string): AttributeValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as AttributeValue)
      : undefined;
  } catch {
    return undefined;
  }
}
