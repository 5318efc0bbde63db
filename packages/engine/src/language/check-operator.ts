import type { ValueType } from "../values/value-type.ts";
import type { BinaryOperator, UnaryOperator } from "./expression.ts";
import { canBe, nameOf, type Operand, type StaticType } from "./operand.ts";
import { type Refusal, unexpected } from "./refusal.ts";

/** The type of `left op right`. @throws {Refusal} where no values of these types have one */
export function checkBinary(op: BinaryOperator, left: Operand, right: Operand, at: number): StaticType {
  switch (op) {
    case "==":
    case "!=":
      return checkEquality(op, left.type, right.type, at);
    case "in":
      if (canBe(right.type, "list", "map")) return "bool";
      throw unexpected(right.start, nameOf(right.type), "a list or a map after 'in'");
    case "<":
    case "<=":
    case ">":
    case ">=":
      return checkOrder(op, left.type, right.type, at);
    default:
      return checkArithmetic(op, left.type, right.type, at);
  }
}

/** The type of `op operand`. @throws {Refusal} */
export function checkUnary(op: UnaryOperator, operand: Operand): StaticType {
  if (op === "!") return checkBool(operand, "after '!'");
  if (canBe(operand.type, "int", "double")) return operand.type;
  throw unexpected(operand.start, nameOf(operand.type), "a number after '-'");
}

/** @throws {Refusal} where the operand is surely no bool */
export function checkBool(operand: Operand, where: string): StaticType {
  if (canBe(operand.type, "bool")) return "bool";
  throw unexpected(operand.start, nameOf(operand.type), `true or false ${where}`);
}

const ORDERED: readonly ValueType[] = ["bool", "int", "double", "string", "semver"];

function checkEquality(op: string, left: StaticType, right: StaticType, at: number): StaticType {
  if (left === "null" || right === "null" || areAlike(left, right)) return "bool";
  throw mismatch(op, left, right, at, "two values of one type");
}

function checkOrder(op: string, left: StaticType, right: StaticType, at: number): StaticType {
  if (canBe(left, ...ORDERED) && canBe(right, ...ORDERED) && areAlike(left, right)) return "bool";
  throw mismatch(op, left, right, at, "two numbers, strings, bools or semvers");
}

function checkArithmetic(op: string, left: StaticType, right: StaticType, at: number): StaticType {
  if (canBe(left, "int", "double") && canBe(right, "int", "double")) {
    const isKnown = left !== "dyn" && right !== "dyn";
    const type = left === "int" && right === "int" ? "int" : "double";
    if (!isKnown) return "dyn";
    if (op === "%" && type === "double") throw mismatch(op, left, right, at, "two ints");
    return type;
  }
  if (op !== "+") throw mismatch(op, left, right, at, "two numbers");
  if (canBe(left, "string") && canBe(right, "string")) return "string";
  if (canBe(left, "list") && canBe(right, "list")) return "list";
  throw mismatch(op, left, right, at, "two numbers, two strings or two lists");
}

function areAlike(left: StaticType, right: StaticType): boolean {
  return left === "dyn" || canBe(right, left) || (isNumeric(left) && isNumeric(right));
}

function isNumeric(type: StaticType): boolean {
  return type === "int" || type === "double";
}

function mismatch(op: string, left: StaticType, right: StaticType, at: number, expected: string): Refusal {
  const hint = left === "semver" || right === "semver" ? "A version compares with semver('1.2.3')." : "";
  return unexpected(at, `${nameOf(left)} ${op} ${nameOf(right)}`, `${expected} around '${op}'`, hint);
}
