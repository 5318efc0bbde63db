import { WRITE_LIMITS } from "../limits.ts";
import { tooDeep } from "./bounds.ts";
import type { Declarations } from "./declarations.ts";
import { parseMember } from "./members.ts";
import { takesSign } from "./numbers.ts";
import type { Operand } from "./operand.ts";
import type { Parsing } from "./parsing.ts";
import { isBinary, PRECEDENCE, RELATION } from "./precedence.ts";
import { TokenStream } from "./token-stream.ts";
import { TreeBuilder } from "./tree-builder.ts";

/**
 * Parses a whole text by the grammar of google/cel-spec, doc/langdef.md. Without declarations types are not looked at: what
 * is ill-typed fails when it is evaluated. @throws {Refusal}
 */
export function parseText(text: string, declarations: Declarations | undefined): Operand {
  const parsing: Parsing = {
    tokens: new TokenStream(text),
    tree: new TreeBuilder(declarations),
    expression: () => parseConditional(parsing),
    variables: [],
    nesting: 0,
  };
  const operand = parseConditional(parsing);
  if (parsing.tokens.current.type !== "end")
    throw parsing.tokens.refuse("an operator or the end of the text");
  return operand;
}

/** `test ? whenTrue : whenFalse`, or what binds tighter. */
function parseConditional(parsing: Parsing): Operand {
  const { tokens, tree } = parsing;
  parsing.nesting++;
  if (parsing.nesting > WRITE_LIMITS.conditionDepth) throw tooDeep(tokens.current.start);

  const test = parseLogic(parsing, "or");
  let operand = test;
  if (tokens.accept("?")) {
    const whenTrue = parseLogic(parsing, "or");
    tokens.expect(":");
    operand = tree.conditional(test, whenTrue, parseConditional(parsing));
  }
  parsing.nesting--;
  return operand;
}

function parseLogic(parsing: Parsing, kind: "and" | "or"): Operand {
  const symbol = kind === "and" ? "&&" : "||";
  const parseOperand = () => (kind === "or" ? parseLogic(parsing, "and") : parseBinary(parsing, RELATION));
  const first = parseOperand();
  if (!parsing.tokens.isSymbol(symbol)) return first;

  const operands = [first];
  while (parsing.tokens.accept(symbol)) operands.push(parseOperand());
  return parsing.tree.logic(kind, operands);
}

function parseBinary(parsing: Parsing, loosest: number): Operand {
  const { tokens, tree } = parsing;
  let left = parseUnary(parsing);
  for (;;) {
    const { text, type, start } = tokens.current;
    if ((type !== "symbol" && type !== "name") || !isBinary(text) || PRECEDENCE[text] < loosest) return left;
    tokens.next();
    left = tree.binary(text, left, parseBinary(parsing, PRECEDENCE[text] + 1), start);
  }
}

/** A run of `!` or a run of `-`, not mixed. The last `-` before a number is the number's sign. */
function parseUnary(parsing: Parsing): Operand {
  const { tokens, tree } = parsing;
  const op = tokens.isSymbol("!") ? "!" : "-";
  const starts: number[] = [];
  while (tokens.isSymbol(op) && !(op === "-" && takesSign(tokens.ahead))) {
    starts.push(tokens.next().start);
    if (starts.length > WRITE_LIMITS.conditionDepth) throw tooDeep(tokens.current.start);
  }

  let operand = parseMember(parsing);
  for (const start of starts.reverse()) operand = tree.unary(op, operand, start);
  return operand;
}
