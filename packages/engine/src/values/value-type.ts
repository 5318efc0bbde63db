import { Failure } from "./failure.ts";
import { SemVer } from "./semver.ts";

/** The types of CEL that the language has, and `semver` of ours. */
export type ValueType = "bool" | "int" | "double" | "string" | "null" | "list" | "map" | "semver";

/** The type of a value, or "unknown" for what no expression can use: a function, a symbol, a failure. */
function typeOf(value: unknown): ValueType | "unknown" {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "double";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "object":
      return typeOfObject(value);
    default:
      return "unknown";
  }
}

export function isMap(value: unknown): value is object {
  return typeOf(value) === "map";
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** `op` found no meaning for these operands. */
export function noOverload(op: string, ...operands: readonly unknown[]): Failure {
  return new Failure(`'${op}' has no meaning for ${operands.map(typeOf).join(" and ")}`);
}

function typeOfObject(value: object | null): ValueType | "unknown" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (value instanceof SemVer) return "semver";
  if (value instanceof Failure) return "unknown";
  return "map";
}
