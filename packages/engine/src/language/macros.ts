import type { MacroName } from "./expression.ts";
import { isBindable } from "./names.ts";
import type { Operand } from "./operand.ts";
import type { Parsing } from "./parsing.ts";
import { type Refusal, unexpected } from "./refusal.ts";
import { oneOf } from "./static-type.ts";

/** What stands in the parentheses of a macro: a variable, and one expression or two that see it. @throws {Refusal} */
export function parseMacro(parsing: Parsing, name: MacroName, over: Operand, start: number): Operand {
  const { tokens, tree, variables } = parsing;
  if (tokens.isSymbol(")")) throw wrongCount(name, start);
  const variable = parseVariable(parsing, name);
  if (tokens.isSymbol(")")) throw wrongCount(name, start);
  tokens.expect(",");

  variables.push({ name: variable, ...oneOf(over.items ?? []) });
  const first = parsing.expression();
  const second = name === "map" && tokens.accept(",") ? parsing.expression() : undefined;
  variables.pop();

  if (tokens.isSymbol(",")) throw wrongCount(name, start);
  tokens.expect(")");
  return second
    ? tree.macro(name, over, variable, first, second)
    : tree.macro(name, over, variable, undefined, first);
}

function parseVariable({ tokens }: Parsing, name: MacroName): string {
  const { type, text } = tokens.current;
  const isNameable = type === "name" && isBindable(text);
  const { type: after, text: symbol } = isNameable ? tokens.ahead : tokens.current;
  if (isNameable && after === "symbol" && (symbol === "," || symbol === ")")) return tokens.next().text;
  throw tokens.refuse(`a name for each item, as in ${MACRO_USAGE[name]}`);
}

/** As one would write each. */
export const MACRO_USAGE: Readonly<Record<MacroName, string>> = {
  all: "list.all(item, test)",
  exists: "list.exists(item, test)",
  exists_one: "list.exists_one(item, test)",
  filter: "list.filter(item, test)",
  map: "list.map(item, value) or list.map(item, test, value)",
};

function wrongCount(name: MacroName, start: number): Refusal {
  return unexpected(start, `'${name}' with a wrong number of arguments`, MACRO_USAGE[name]);
}
