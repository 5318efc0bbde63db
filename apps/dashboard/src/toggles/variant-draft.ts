/** The variants of a toggle that is being created, as they are written and as they are sent. */
import type { Inputs } from "../api/trpc.ts";

type Value = Inputs["toggles"]["create"]["default"];

export interface DraftVariant {
  /** Of its row, as long as the page is open. */
  readonly id: number;
  readonly key: string;
  readonly value: string;
}

export interface DraftVariants {
  readonly rows: readonly DraftVariant[];
  /** The row that is served while it is on, and the one while it is off. */
  readonly on: number;
  readonly off: number;
}

export interface ReadVariants {
  readonly variants: Record<string, Value>;
  readonly default: Value;
  readonly off: Value;
  readonly problem: string | undefined;
}

type Kind = "boolean" | "string" | "number" | "json";

const FIRST: Readonly<Record<Kind, readonly [string, string]>> = {
  boolean: ["true", "false"],
  string: ["new", "old"],
  number: ["20", "10"],
  json: ['{ "maxItems": 20 }', '{ "maxItems": 10 }'],
};

export function firstVariants(kind: Kind): DraftVariants {
  const [on, off] = FIRST[kind];
  return {
    rows: [
      { id: 0, key: "new", value: on },
      { id: 1, key: "old", value: off },
    ],
    on: 0,
    off: 1,
  };
}

export function readVariants(kind: Kind, { rows, on, off }: DraftVariants): ReadVariants {
  const variants: Record<string, Value> = {};
  const values = new Map<number, Value>();
  let problem: string | undefined;
  for (const { id, key, value } of rows) {
    const read = readValue(kind, value);
    const fault = faultOf(key, read, variants);
    if (fault !== undefined || read === undefined) problem ??= fault;
    else {
      variants[key] = read;
      values.set(id, read);
    }
  }
  return { variants, default: values.get(on) ?? "", off: values.get(off) ?? "", problem };
}

function faultOf(key: string, value: Value | undefined, before: Record<string, Value>): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(key))
    return "Each variant's key has 1 to 64 letters, digits, - or _, a letter or digit first.";
  if (Object.hasOwn(before, key)) return `Two variants have the key ${key}.`;
  return value === undefined ? `The value of ${key} can't be read as what the type says.` : undefined;
}

function readValue(kind: Kind, text: string): Value | undefined {
  if (kind === "string") return text;
  if (kind === "number")
    return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
