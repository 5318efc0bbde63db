import type { TypeName } from "../language/expression.ts";
import { Failure } from "./failure.ts";
import { Scalar, Uint } from "./scalar.ts";

/** The type of a value; `undefined` for what no expression can use: a function, a symbol, a failure. */
export function typeOf(value: unknown): TypeName | undefined {
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
      return undefined;
  }
}

function typeOfObject(value: object | null): TypeName | undefined {
  if (value === null) return "null_type";
  if (Array.isArray(value)) return "list";
  if (value instanceof Scalar) return value.type;
  if (value instanceof Uint8Array) return "bytes";
  return value instanceof Failure ? undefined : "map";
}

export function isMap(value: unknown): value is object {
  return typeOf(value) === "map";
}

/** The number that a value is, for what holds across int, uint and double alike. */
export function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof Uint ? value.value : undefined;
}

/** `op` found no meaning for these operands. */
export function noOverload(op: string, ...operands: readonly unknown[]): Failure {
  return new Failure("no_meaning", op, ...operands.map(typeOf));
}
