import { spelling } from "./spelling.ts";
import type { TextMessage } from "./text-format.ts";

/** A `cel.expr.Value` holds what the language has no value for: a message, an enum. */
export class UnsupportedValue extends Error {
  override readonly name = "UnsupportedValue";
}

/** A value of cel-spec, read. */
export type CelValue =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int" | "uint"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "string" | "type"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "timestamp" | "duration"; readonly seconds: bigint; readonly nanos: bigint }
  | { readonly kind: "list"; readonly items: readonly CelValue[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [CelValue, CelValue])[] };

/** @throws {UnsupportedValue} */
export function readValue(message: TextMessage): CelValue {
  const [field = ""] = message.names;
  const read = readers[field];
  if (!read) throw new UnsupportedValue(field || "a value of no kind");
  return read(message, field);
}

const readers: Readonly<Record<string, (message: TextMessage, field: string) => CelValue>> = {
  null_value: () => ({ kind: "null" }),
  bool_value: (message, field) => ({ kind: "bool", value: message.word(field) === "true" }),
  int64_value: (message, field) => ({ kind: "int", value: integer(message.word(field)) }),
  uint64_value: (message, field) => ({ kind: "uint", value: integer(message.word(field)) }),
  double_value: (message, field) => ({ kind: "double", value: double(message.word(field)) }),
  string_value: (message, field) => ({ kind: "string", value: message.text(field) ?? "" }),
  bytes_value: (message, field) => ({ kind: "bytes", value: message.bytes(field) ?? new Uint8Array() }),
  type_value: (message, field) => ({ kind: "type", value: message.text(field) ?? "" }),
  list_value: (message, field) => ({
    kind: "list",
    items: (message.message(field)?.messages("values") ?? []).map(readValue),
  }),
  map_value: (message, field) => ({
    kind: "map",
    entries: (message.message(field)?.messages("entries") ?? []).map(readEntry),
  }),
  object_value: (message, field) => readAny(message.message(field)),
};

function readEntry(entry: TextMessage): [CelValue, CelValue] {
  const [key, value] = [entry.message("key"), entry.message("value")];
  if (!key || !value) throw new UnsupportedValue("an entry without key or value");
  return [readValue(key), readValue(value)];
}

const MOMENTS: Readonly<Record<string, "timestamp" | "duration">> = {
  "[type.googleapis.com/google.protobuf.Timestamp]": "timestamp",
  "[type.googleapis.com/google.protobuf.Duration]": "duration",
};

function readAny(any: TextMessage | undefined): CelValue {
  const [url = ""] = any?.names ?? [];
  const kind = MOMENTS[url];
  const content = any?.message(url);
  if (!kind || !content) throw new UnsupportedValue(url);
  return { kind, seconds: integer(content.word("seconds")), nanos: integer(content.word("nanos")) };
}

/** The text format writes integers in decimal, in hexadecimal, and with a leading zero in octal. */
function integer(word = "0"): bigint {
  const digits = word.replace(/^-/, "").replace(/^0(?=[0-7])/, "0o");
  return word.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

function double(word = "0"): number {
  const text = word.toLowerCase().replace(/(?<=[0-9.])f$/, "");
  if (/^-?inf(inity)?$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

export function spell(value: CelValue): string {
  switch (value.kind) {
    case "null":
      return spelling.null();
    case "bool":
      return spelling.bool(value.value);
    case "int":
    case "uint":
      return spelling[value.kind](value.value);
    case "double":
      return spelling.double(value.value);
    case "string":
    case "type":
      return spelling[value.kind](value.value);
    case "bytes":
      return spelling.bytes(value.value);
    case "timestamp":
    case "duration":
      return spelling[value.kind](value.seconds * 1_000_000_000n + value.nanos);
    case "list":
      return spelling.list(value.items.map(spell));
    case "map":
      return spelling.map(value.entries.map(([key, entry]) => [spell(key), spell(entry)]));
  }
}
