import { parseMacro } from "./macros.ts";
import { isMacro } from "./names.ts";
import type { Operand } from "./operand.ts";
import type { Parsing } from "./parsing.ts";
import { parseItems, parsePrimary } from "./primary.ts";

/** A primary, with what is selected, indexed or called on it. @throws {Refusal} */
export function parseMember(parsing: Parsing): Operand {
  const { tokens, tree, expression } = parsing;
  let operand = parsePrimary(parsing);
  for (;;) {
    if (tokens.accept(".")) {
      operand = parseSelection(parsing, operand);
    } else if (tokens.accept("[")) {
      const at = expression();
      tokens.expect("]");
      operand = tree.index(operand, at);
    } else {
      return operand;
    }
  }
}

function parseSelection(parsing: Parsing, of: Operand): Operand {
  const { tokens, tree } = parsing;
  const { type } = tokens.current;
  if (type !== "name" && type !== "quoted") throw tokens.refuse("a name after '.'");
  const { text, start } = tokens.next();
  if (type === "quoted" || !tokens.accept("(")) return tree.select(of, text, start);
  return isMacro(text)
    ? parseMacro(parsing, text, of, start)
    : tree.call(text, of, parseItems(parsing, ")", "no trailing comma"), start);
}
