import type { Operand } from "./operand.ts";
import type { Parsing } from "./parsing.ts";
import { Refusal, unexpected } from "./refusal.ts";
import type { Token } from "./token.ts";

/** A literal, an attribute, a call, or what stands in brackets. @throws {Refusal} */
export function parsePrimary(parsing: Parsing): Operand {
  const { tokens, tree } = parsing;
  const { type, start, text } = tokens.current;
  if (isNumber(tokens.current)) return parseNumber(parsing, "", start);
  if (type === "name") return parseName(parsing);
  if (type === "string") {
    tokens.next();
    return tree.literal(text, "string", start);
  }
  if (tokens.isSymbol("-") && isNumber(tokens.ahead)) {
    tokens.next();
    return parseNumber(parsing, "-", start);
  }
  if (tokens.accept("(")) {
    const inner = parsing.expression();
    tokens.expect(")");
    return inner;
  }
  if (tokens.accept("[")) return tree.list(parseItems(parsing, "]", "trailing comma"), start);
  if (tokens.accept("{")) return tree.map(parseEntries(parsing), start);
  throw tokens.refuse("a value");
}

/** Expressions with commas between, up to the closing symbol, which is stepped over. @throws {Refusal} */
export function parseItems(
  { tokens, expression }: Parsing,
  close: ")" | "]",
  style: "trailing comma" | "no trailing comma",
): readonly Operand[] {
  const items: Operand[] = [];
  if (tokens.accept(close)) return items;
  for (;;) {
    items.push(expression());
    const hasComma = tokens.accept(",");
    if (tokens.isSymbol(close) && (!hasComma || style === "trailing comma")) break;
    if (!hasComma) throw tokens.refuse(`',' or '${close}'`);
  }
  tokens.expect(close);
  return items;
}

export function isNumber({ type }: Token): boolean {
  return type === "int" || type === "double";
}

function parseEntries({ tokens, expression }: Parsing): readonly (readonly [Operand, Operand])[] {
  const entries: [Operand, Operand][] = [];
  while (!tokens.isSymbol("}")) {
    const key = expression();
    tokens.expect(":");
    entries.push([key, expression()]);
    if (!tokens.accept(",") && !tokens.isSymbol("}")) throw tokens.refuse("',' or '}'");
  }
  tokens.expect("}");
  return entries;
}

function parseNumber({ tokens, tree }: Parsing, sign: "" | "-", start: number): Operand {
  const { type, text } = tokens.next();
  if (type === "int") {
    const value = sign === "-" ? -BigInt(text) : BigInt(text);
    if (BigInt.asIntN(64, value) !== value) throw tooLarge(start, sign + text);
    return tree.literal({ kind: "int", value: String(value) }, "int", start);
  }
  const value = Number(text);
  const literal = tree.literal(
    { kind: "double", value: sign && value !== 0 ? -value : value },
    "double",
    start,
  );
  return sign && value === 0 ? tree.unary("-", literal, start) : literal;
}

function parseName(parsing: Parsing): Operand {
  const { tokens, tree } = parsing;
  const { text, start } = tokens.current;
  if (text === "in") throw tokens.refuse("a value");
  if (RESERVED.has(text)) throw unexpected(start, `'${text}', which is reserved`, "another name");
  tokens.next();
  if (text === "true" || text === "false") return tree.literal(text === "true", "bool", start);
  if (text === "null") return tree.literal(null, "null", start);

  if (!tokens.accept("(")) return tree.attribute(text, start);
  const args = parseItems(parsing, ")", "no trailing comma");
  return text === "has" ? parseHas(parsing, args, start) : tree.call(text, undefined, args, start);
}

function parseHas({ tree }: Parsing, [of, ...more]: readonly Operand[], start: number): Operand {
  if (!of || more.length > 0)
    throw unexpected(start, "'has' with a wrong number of arguments", "'has(map.field)'");
  return tree.has(of, start);
}

function tooLarge(start: number, literal: string): Refusal {
  const shown = literal.slice(0, 40);
  return new Refusal(start, `${shown} does not fit 64 bits.`, shown, "an int up to 9223372036854775807");
}

/** Names that CEL keeps for itself. A field after `.` may be called so. */
const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);
