import { readToken } from "./lexer.ts";
import { type Refusal, unexpected } from "./refusal.ts";
import type { Token } from "./token.ts";

/** The tokens of a text, one after the other, with one token seen ahead. Every method may throw a {@link Refusal}. */
export class TokenStream {
  readonly #text: string;
  #current: Token;
  #ahead: Token | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#current = readToken(text, 0);
  }

  get current(): Token {
    return this.#current;
  }

  get ahead(): Token {
    this.#ahead ??= readToken(this.#text, this.#current.end);
    return this.#ahead;
  }

  /** Steps on, and gives what it stepped over. */
  next(): Token {
    const passed = this.#current;
    this.#current = this.ahead;
    this.#ahead = undefined;
    return passed;
  }

  isSymbol(symbol: string): boolean {
    return this.#current.type === "symbol" && this.#current.text === symbol;
  }

  /** Steps over the symbol if it stands here. */
  accept(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next();
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.refuse(`'${symbol}'`);
  }

  /** The refusal of the token that stands here. */
  refuse(expected: string, hint = ""): Refusal {
    const { type, text, start } = this.#current;
    const meant = Object.hasOwn(MEANT, text.toLowerCase()) ? MEANT[text.toLowerCase()] : undefined;
    const isMeant = meant !== undefined && meant !== text && (type === "symbol" || type === "name");
    return unexpected(start, describe(this.#current), expected, isMeant ? `Did you mean '${meant}'?` : hint);
  }
}

/** What other languages write, and what CEL writes for it. */
const MEANT: Readonly<Record<string, string>> = {
  "=": "==",
  "===": "==",
  "!==": "!=",
  "<>": "!=",
  "&": "&&",
  "|": "||",
  and: "&&",
  or: "||",
  not: "!",
  in: "in",
};

function describe({ type, text }: Token): string {
  if (type === "end") return "the end of the text";
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (type === "string") return `the text '${shown}'`;
  return type === "bytes" ? "bytes" : `'${shown}'`;
}
