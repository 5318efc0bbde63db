import type { Arithmetic, BinaryOperator, UnaryOperator } from "./expression.ts";
import type { Operand } from "./operand.ts";
import { type Refusal, unexpected } from "./refusal.ts";
import {
  areAlike,
  canBe,
  commonType,
  isNumeric,
  type Known,
  nameAll,
  nameOf,
  oneOf,
  type StaticType,
  typesOf,
} from "./static-type.ts";

/** What is known of `left op right`. @throws {Refusal} where no values of these types have a meaning */
export function checkBinary(op: BinaryOperator, left: Operand, right: Operand, at: number): Known {
  switch (op) {
    case "==":
    case "!=":
      if (areAlike(left.type, right.type)) return BOOL;
      throw mismatch(op, left, right, at, "two values of one type");
    case "in":
      return checkMembership(left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      if (canBe(left.type, ...ORDERED) && canBe(right.type, ...ORDERED) && areAlike(left.type, right.type))
        return BOOL;
      throw mismatch(
        op,
        left,
        right,
        at,
        "two numbers, strings, bools, bytes, timestamps, durations or semvers",
      );
    default:
      return checkArithmetic(op, left, right, at);
  }
}

/** What is known of `op operand`. @throws {Refusal} */
export function checkUnary(op: UnaryOperator, operand: Operand): Known {
  if (op === "!") return checkBool(operand, "after '!'");
  if (operand.type === "dyn") return oneOf(["int", "double"]);
  if (canBe(operand.type, "int", "double")) return { type: operand.type };
  throw unexpected(operand.start, nameOf(operand.type), "a number after '-'");
}

/** @throws {Refusal} where the operand is surely no bool */
export function checkBool(operand: Operand, where: string): Known {
  if (canBeBool(operand)) return BOOL;
  throw unexpected(operand.start, nameAll(typesOf([operand])), `true or false ${where}`);
}

export function canBeBool(known: Known): boolean {
  return typesOf([known]).some((type) => canBe(type, "bool"));
}

/** What is known of a value that is either of two. @throws {Refusal} where they have no type in common */
export function checkBranches(whenTrue: Operand, whenFalse: Operand): Known {
  const [types, others] = [typesOf([whenTrue]), typesOf([whenFalse])];
  if (types.some((type) => others.some((other) => areAlike(type, other))))
    return oneOf(typesOf([whenTrue, whenFalse]));
  const expected = `${nameAll(types)}, as before ':'`;
  throw unexpected(whenFalse.start, nameAll(others), expected, hintFor(...types, ...others));
}

const BOOL: Known = { type: "bool" };

const ORDERED: readonly StaticType[] = [
  "bool",
  "int",
  "uint",
  "double",
  "string",
  "bytes",
  "timestamp",
  "duration",
  "semver",
];

function checkMembership(left: Operand, right: Operand): Known {
  if (!canBe(right.type, "list", "map")) {
    throw unexpected(right.start, nameOf(right.type), "a list or a map after 'in'");
  }
  const item = commonType(right.items ?? []);
  if (areAlike(left.type, item)) return BOOL;
  throw unexpected(left.start, nameOf(left.type), `${nameOf(item)}, as after 'in'`, hintFor(left.type, item));
}

type Overload = readonly [left: StaticType, right: StaticType, result: StaticType];

const NUMBERS: readonly Overload[] = [
  ["int", "int", "int"],
  ["uint", "uint", "uint"],
  ["double", "double", "double"],
  ["int", "double", "double"],
  ["double", "int", "double"],
];

/** What the arithmetic operators take, beyond numbers. */
const OVERLOADS: Readonly<Record<Arithmetic, readonly Overload[]>> = {
  "+": [
    ...NUMBERS,
    ["string", "string", "string"],
    ["bytes", "bytes", "bytes"],
    ["list", "list", "list"],
    ["timestamp", "duration", "timestamp"],
    ["duration", "timestamp", "timestamp"],
    ["duration", "duration", "duration"],
  ],
  "-": [
    ...NUMBERS,
    ["timestamp", "timestamp", "duration"],
    ["timestamp", "duration", "timestamp"],
    ["duration", "duration", "duration"],
  ],
  "*": NUMBERS,
  "/": NUMBERS,
  "%": NUMBERS,
};

const WANTED: Readonly<Record<Arithmetic, string>> = {
  "+": "two numbers, strings, bytes, lists or durations, or a timestamp and a duration",
  "-": "two numbers, timestamps or durations, or a timestamp and a duration",
  "*": "two numbers",
  "/": "two numbers",
  "%": "two ints",
};

/** `%` of doubles is for a context's numbers; a literal that has a remainder as a double is a slip. */
function checkArithmetic(op: Arithmetic, left: Operand, right: Operand, at: number): Known {
  const results = OVERLOADS[op]
    .filter(([first, second]) => canBe(left.type, first) && canBe(right.type, second))
    .map(([, , result]) => result);
  if (results.length === 0) throw mismatch(op, left, right, at, WANTED[op]);
  if (op === "%" && (isDoubleLiteral(left) || isDoubleLiteral(right))) {
    throw unexpected(at, `${nameOf(left.type)} % ${nameOf(right.type)}`, `${WANTED[op]} around '%'`);
  }
  return oneOf([...new Set(results)]);
}

function isDoubleLiteral({ expression }: Operand): boolean {
  return expression !== null && typeof expression === "object" && expression.kind === "double";
}

function mismatch(op: string, left: Operand, right: Operand, at: number, expected: string): Refusal {
  const found = `${nameOf(left.type)} ${op} ${nameOf(right.type)}`;
  return unexpected(at, found, `${expected} around '${op}'`, hintFor(left.type, right.type));
}

/** What people write for values that have no literal. */
const WRITTEN: Partial<Readonly<Record<StaticType, string>>> = {
  semver: "A version compares with semver('1.2.3').",
  timestamp: "A timestamp compares with timestamp('2026-01-31T00:00:00Z').",
  duration: "A duration compares with duration('1h30m').",
};

function hintFor(...types: readonly StaticType[]): string {
  if (types.every(isNumeric)) return "A uint is converted by int(x), and an int by uint(x).";
  return types.map((type) => WRITTEN[type] ?? "").find((hint) => hint !== "") ?? "";
}
