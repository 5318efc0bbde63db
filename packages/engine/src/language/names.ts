import type { Expression, MacroName, TypeName } from "./expression.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that CEL keeps for itself. A field after `.` may be called so. */
const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);
const LITERALS: ReadonlySet<string> = new Set(["true", "false", "null"]);

const MACROS: ReadonlySet<string> = new Set<MacroName>(["all", "exists", "exists_one", "map", "filter"]);

const TYPES: ReadonlySet<string> = new Set<TypeName>([
  "bool",
  "int",
  "uint",
  "double",
  "string",
  "bytes",
  "list",
  "map",
  "null_type",
  "type",
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "semver",
]);

/** Names that a bare word can't have as an attribute. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name) || LITERALS.has(name) || name === "in";
}

export function isLiteral(word: string): boolean {
  return LITERALS.has(word);
}

/** Whether a macro can bind the name. */
export function isBindable(name: string): boolean {
  return isPlainName(name) && !isReserved(name) && name !== "now";
}

/** Whether `name(…)` calls a function of that name: some names are taken. */
export function isCallable(name: string): boolean {
  return isPlainName(name) && (!isReserved(name) || isLiteral(name)) && name !== "has" && name !== "segment";
}

/** Whether the name can stand after a `.` without backticks. */
export function isPlainName(name: string): boolean {
  return NAME.test(name);
}

export function isMacro(name: string): name is MacroName {
  return MACROS.has(name);
}

export const macroNames: readonly string[] = [...MACROS];

/** The type that the expression would name if it stood where a type is meant: `int`, `google.protobuf.Duration`. */
export function typeNamed(expression: Expression): TypeName | undefined {
  const path = pathOf(expression);
  return path !== undefined && isType(path) ? path : undefined;
}

/** Whether a name beside it (`==`, `!=`, in a list after `in`) means a type. */
export function isTypeCall(expression: Expression): boolean {
  if (expression === null || typeof expression !== "object" || expression.kind !== "call") return false;
  return expression.name === "type" && expression.target === undefined && expression.args.length === 1;
}

export function isType(path: string): path is TypeName {
  return TYPES.has(path);
}

/** The dotted path of plain names; at most three, as no type's name has more. */
function pathOf(expression: Expression, most = 3): string | undefined {
  if (expression === null || typeof expression !== "object" || most === 0) return undefined;
  if (expression.kind === "attribute") return expression.name;
  if (expression.kind !== "select") return undefined;
  const owner = pathOf(expression.of, most - 1);
  return owner === undefined ? undefined : `${owner}.${expression.field}`;
}
