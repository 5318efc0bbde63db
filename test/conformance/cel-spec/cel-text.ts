import type { CelValue } from "./proto-value.ts";

/** An expression that gives the value: how a binding of a test gets into a context. */
export function celText(value: CelValue): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "bool":
    case "int":
      return String(value.value);
    case "uint":
      return `${value.value}u`;
    case "double":
      return Number.isFinite(value.value) ? doubleText(value.value) : `double('${value.value}')`;
    case "string":
      return JSON.stringify(value.value);
    case "type":
      return value.value;
    case "bytes":
      return `b"${[...value.value].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
    case "timestamp":
      return `timestamp('${rfc3339(value.seconds, value.nanos)}')`;
    case "duration":
      return `duration('${value.seconds}s') + duration('${value.nanos}ns')`;
    case "list":
      return `[${value.items.map(celText).join(", ")}]`;
    case "map":
      return `{${value.entries.map(([key, entry]) => `${celText(key)}: ${celText(entry)}`).join(", ")}}`;
  }
}

function doubleText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function rfc3339(seconds: bigint, nanos: bigint): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, "");
  return `${whole}.${String(nanos).padStart(9, "0")}Z`;
}
