import type { StaticType } from "./static-type.ts";

/** How a function is called, for the checker; what it does stands in expressions/. */
export interface Signature {
  /** `method` is `x.f(…)`, `global` is `f(…)`. */
  readonly style: "method" | "global" | "both";
  /** What each operand may be; a method's target is the first. No types: anything. */
  readonly operands: readonly (readonly StaticType[])[];
  /** How many of the last operands may be left out. */
  readonly optional?: number;
  readonly result: StaticType;
  /** Of a list that results, what its items are. */
  readonly items?: readonly StaticType[];
  /** As one would write it. */
  readonly usage: string;
}

const ANY = [] as const;
const TEXT = ["string"] as const;
/** An attribute that counts something is a double. */
const COUNT = ["int", "uint", "double"] as const;
const NUMBERS = COUNT;
const TIME = ["timestamp"] as const;
const TIME_OR_SPAN = ["timestamp", "duration"] as const;

export const signatures: Readonly<Record<string, Signature>> = {
  bool: global([["bool", "string"]], "bool", "bool(text)"),
  bucket: global([TEXT, ["string", ...NUMBERS, "bool"]], "double", "bucket('salt', attribute)"),
  bytes: global([["bytes", "string"]], "bytes", "bytes(text)"),
  charAt: method([TEXT, COUNT], "string", "text.charAt(index)"),
  cidr: global([TEXT, TEXT], "bool", "cidr(ip, '10.0.0.0/8')"),
  contains: method([TEXT, TEXT], "bool", "text.contains(part)"),
  double: global([[...NUMBERS, "string"]], "double", "double(value)"),
  duration: global([["duration", "string"]], "duration", "duration('1h30m')"),
  dyn: global([ANY], "dyn", "dyn(value)"),
  endsWith: method([TEXT, TEXT], "bool", "text.endsWith(ending)"),
  getDate: accessor("getDate", TIME),
  getDayOfMonth: accessor("getDayOfMonth", TIME),
  getDayOfWeek: accessor("getDayOfWeek", TIME),
  getDayOfYear: accessor("getDayOfYear", TIME),
  getFullYear: accessor("getFullYear", TIME),
  getHours: accessor("getHours", TIME_OR_SPAN),
  getMilliseconds: accessor("getMilliseconds", TIME_OR_SPAN),
  getMinutes: accessor("getMinutes", TIME_OR_SPAN),
  getMonth: accessor("getMonth", TIME),
  getSeconds: accessor("getSeconds", TIME_OR_SPAN),
  indexOf: method([TEXT, TEXT, COUNT], "int", "text.indexOf(part) or text.indexOf(part, from)", 1),
  int: global([[...NUMBERS, "string", "timestamp"]], "int", "int(value)"),
  join: method([["list"], TEXT], "string", "list.join() or list.join(separator)", 1),
  lastIndexOf: method(
    [TEXT, TEXT, COUNT],
    "int",
    "text.lastIndexOf(part) or text.lastIndexOf(part, from)",
    1,
  ),
  lowerAscii: method([TEXT], "string", "text.lowerAscii()"),
  matches: method([TEXT, TEXT], "bool", "text.matches(pattern)"),
  replace: method(
    [TEXT, TEXT, TEXT, COUNT],
    "string",
    "text.replace(part, with) or text.replace(part, with, most)",
    1,
  ),
  semver: global([["string", "semver"]], "semver", "semver(text)"),
  size: { ...global([["string", "bytes", "list", "map"]], "int", "size(value)"), style: "both" },
  split: {
    ...method([TEXT, TEXT, COUNT], "list", "text.split(separator) or text.split(separator, most)", 1),
    items: ["string"],
  },
  startsWith: method([TEXT, TEXT], "bool", "text.startsWith(beginning)"),
  string: global(
    [["string", ...NUMBERS, "bool", "bytes", "timestamp", "duration"]],
    "string",
    "string(value)",
  ),
  substring: method([TEXT, COUNT, COUNT], "string", "text.substring(start) or text.substring(start, end)", 1),
  timestamp: global([["timestamp", "string", "int"]], "timestamp", "timestamp('2026-01-31T00:00:00Z')"),
  trim: method([TEXT], "string", "text.trim()"),
  type: global([ANY], "type", "type(value)"),
  uint: global([[...NUMBERS, "string"]], "uint", "uint(value)"),
  upperAscii: method([TEXT], "string", "text.upperAscii()"),
};

function global(operands: Signature["operands"], result: StaticType, usage: string): Signature {
  return { style: "global", operands, result, usage };
}

function method(operands: Signature["operands"], result: StaticType, usage: string, optional = 0): Signature {
  return { style: "method", operands, result, usage, optional };
}

function accessor(name: string, of: readonly StaticType[]): Signature {
  return method([of, TEXT], "int", `time.${name}() or time.${name}('Europe/Paris')`, 1);
}
