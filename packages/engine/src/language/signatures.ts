import type { ValueType } from "../values/value-type.ts";

/** How a function is called, for the checker; what it does stands in expressions/functions.ts. */
export interface Signature {
  /** `method` is `x.f(…)`, `global` is `f(…)`. */
  readonly style: "method" | "global" | "both";
  /** What each operand may be; a method's target is the first. */
  readonly operands: readonly (readonly ValueType[])[];
  readonly result: ValueType;
  /** As one would write it. */
  readonly usage: string;
}

const STRINGS = [["string"], ["string"]] as const;

export const signatures: Readonly<Record<string, Signature>> = {
  contains: { style: "method", operands: STRINGS, result: "bool", usage: "text.contains(part)" },
  endsWith: { style: "method", operands: STRINGS, result: "bool", usage: "text.endsWith(ending)" },
  semver: { style: "global", operands: [["string", "semver"]], result: "semver", usage: "semver(text)" },
  size: { style: "both", operands: [["string", "list", "map"]], result: "int", usage: "size(value)" },
  startsWith: { style: "method", operands: STRINGS, result: "bool", usage: "text.startsWith(beginning)" },
};
