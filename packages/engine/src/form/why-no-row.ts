import type { Binary, Expression } from "../language/expression.ts";

/** In plain words, what it is about the part that no row of a form can say. */
export function whyNoRow(part: Expression): string {
  if (part === null || typeof part !== "object")
    return "A row tests an attribute or a segment; this is a constant";
  switch (part.kind) {
    case "and":
    case "or":
      return "A form has one level: all of its rows must hold, or any; this group stands inside another";
    case "conditional":
      return "A form has no choice between two conditions";
    case "macro":
      return "A form has no test of the items of a list";
    case "call":
      return `A form has no row for what '${part.name}' does here`;
    case "unary":
      return part.op === "!" ? "A form has no row for the contrary of this" : NO_ROW;
    case "binary":
      return whyNoComparison(part);
    default:
      return NO_ROW;
  }
}

const NO_ROW = "A form has no row for this";

function whyNoComparison({ op, left, right }: Binary): string {
  if (op === "in")
    return "A row with 'is one of' takes an attribute and a list of texts, numbers, true and false";
  const isConstant = [left, right].some(
    (side) => side === null || typeof side !== "object" || LITERALS.has(side.kind),
  );
  return isConstant
    ? `A form has no row for this comparison by '${op}'`
    : "A row compares an attribute with a constant; this has none";
}

const LITERALS: ReadonlySet<string> = new Set(["int", "uint", "double", "bytes", "type"]);
