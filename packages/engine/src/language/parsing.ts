import type { Operand } from "./operand.ts";
import type { TokenStream } from "./token-stream.ts";
import type { TreeBuilder } from "./tree-builder.ts";
import type { Variable } from "./variable.ts";

/** What the functions of the grammar share while one text is parsed. */
export interface Parsing {
  readonly tokens: TokenStream;
  readonly tree: TreeBuilder;
  /** Parses an expression of any precedence, as inside brackets. @throws {Refusal} */
  readonly expression: () => Operand;
  /** What the macros around have bound, the innermost last. */
  readonly variables: Variable[];
  /** How many expressions inside each other are being parsed: bounded, so that no text exhausts the stack. */
  nesting: number;
}
