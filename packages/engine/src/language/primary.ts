import { isLiteral, isReserved } from "./names.ts";
import { parseNumber, takesSign } from "./numbers.ts";
import type { Operand } from "./operand.ts";
import type { Parsing } from "./parsing.ts";
import { unexpected } from "./refusal.ts";

/** A literal, a name, a call, or what stands in brackets. @throws {Refusal} */
export function parsePrimary(parsing: Parsing): Operand {
  const { tokens, tree } = parsing;
  const { type, start, text } = tokens.current;
  switch (type) {
    case "int":
    case "uint":
    case "double":
      return parseNumber(parsing, "", start);
    case "name":
    case "quoted":
      return parseName(parsing, start, type === "quoted");
    case "string":
      tokens.next();
      return tree.literal(text, "string", start);
    case "bytes":
      tokens.next();
      return tree.literal({ kind: "bytes", value: text }, "bytes", start);
    default:
      return parseSymbol(parsing, start);
  }
}

function parseSymbol(parsing: Parsing, start: number): Operand {
  const { tokens, tree } = parsing;
  if (tokens.isSymbol("-") && takesSign(tokens.ahead)) {
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
  if (!tokens.accept(".")) throw tokens.refuse("a value");
  if (tokens.current.type !== "name" && tokens.current.type !== "quoted")
    throw tokens.refuse("a name after '.'");
  return parseName(parsing, start, true);
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

/** Rooted, with a `.` before it or in backticks, a name that is not called is an attribute, whatever else it could mean. */
function parseName(parsing: Parsing, start: number, isRooted: boolean): Operand {
  const { tokens, tree, variables } = parsing;
  const { type, text } = tokens.current;
  if (type === "name" && isReserved(text) && !(isLiteral(text) && !isRooted)) throw reserved(parsing);
  tokens.next();
  if (type === "name" && tokens.accept("(")) return parseCall(parsing, text, start);
  if (tokens.isSymbol("{")) throw tokens.refuse("an operator", "Messages are no part of the language.");
  if (isRooted) return tree.attribute(text, start, true);

  if (text === "true" || text === "false") return tree.literal(text === "true", "bool", start);
  if (text === "null") return tree.literal(null, "null", start);
  const variable = variables.filter(({ name }) => name === text).at(-1);
  if (variable) return tree.variable(variable, start);
  return text === "now" ? tree.now(start) : tree.attribute(text, start, false);
}

function parseCall(parsing: Parsing, name: string, start: number): Operand {
  const { tree } = parsing;
  const args = parseItems(parsing, ")", "no trailing comma");
  const [first, second] = args;
  switch (name) {
    case "has":
      if (!first || args.length > 1)
        throw unexpected(start, "'has' with a wrong number of arguments", "'has(map.field)'");
      return tree.has(first, start);
    case "segment":
      if (typeof first?.expression !== "string" || args.length > 1)
        throw unexpected(
          first?.start ?? start,
          "something else",
          "the key of a segment, as in segment('beta')",
        );
      return tree.segment(first.expression, start);
    case "matches":
      // CEL has it both ways; one node for one meaning.
      if (!first || !second || args.length > 2) return tree.call(name, undefined, args, start);
      return tree.call(name, first, [second], start);
    default:
      return tree.call(name, undefined, args, start);
  }
}

function reserved({ tokens }: Parsing) {
  const { text, start } = tokens.current;
  if (text === "in") return tokens.refuse("a value");
  return unexpected(
    start,
    `'${text}', which is reserved`,
    "another name",
    `As an attribute it is \`${text}\`.`,
  );
}
