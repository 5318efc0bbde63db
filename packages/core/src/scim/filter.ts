/**
 * Reads filters and paths of SCIM (RFC 7644, sections 3.4.2.2 and 3.5.2): one pass over the text, bounded in length, depth and
 * comparisons. Names of attributes come out in lower case and without the schema's urn, since they are the same in any case.
 */
import type { Comparison } from "@burgee/db";
import { LIMITS } from "../limits.ts";
import { type ScimErrorType, scimRefusal } from "./directory.ts";

export type Filter =
  | { readonly is: "all" | "any"; readonly of: readonly Filter[] }
  | { readonly is: "not"; readonly of: Filter }
  | { readonly is: "present"; readonly attribute: string }
  | {
      readonly is: "compared";
      readonly attribute: string;
      readonly by: Comparison;
      readonly value: string | boolean;
    }
  /** Some value of an attribute with several, such as `emails[type eq "work"]`. */
  | { readonly is: "some"; readonly attribute: string; readonly of: Filter };

export interface Path {
  readonly attribute: string;
  readonly filter?: Filter;
  readonly sub?: string;
}

interface Token {
  readonly kind: "word" | "text" | "(" | ")" | "[" | "]";
  readonly text: string;
  readonly at: number;
}

const WORD = /[A-Za-z0-9_$:.-]+/y;
const TEXT = /"(?:[^"\\]|\\.)*"/sy;
const ATTRIBUTE = /^[a-z$][a-z0-9_$-]*(\.[a-z$][a-z0-9_$-]*)?$/;
const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/;
const COMPARISONS: readonly string[] = ["eq", "ne", "co", "sw", "ew"] satisfies readonly Comparison[];
/** Of numbers and times, which nothing here holds. */
const ORDERS = ["gt", "ge", "lt", "le"];

/** @throws {AppError} "invalid_input" of the type `invalidFilter` */
export function parseFilter(text: string): Filter {
  return new Parser(text, "invalidFilter").wholeFilter();
}

/** @throws {AppError} "invalid_input" of the type `invalidPath` */
export function parsePath(text: string): Path {
  return new Parser(text, "invalidPath").wholePath();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #type: ScimErrorType;
  #next = 0;
  #comparisons = 0;
  #depth = 0;

  constructor(text: string, type: ScimErrorType) {
    this.#type = type;
    if (text.length > LIMITS.scimFilterLength) {
      throw this.#refusal(`at most ${LIMITS.scimFilterLength} characters`, 0);
    }
    this.#tokens = this.#split(text);
  }

  wholeFilter(): Filter {
    const filter = this.#any();
    this.#demandEnd();
    return filter;
  }

  wholePath(): Path {
    const { text, at } = this.#take("word", "an attribute");
    const lower = text.toLowerCase();
    const name = lower.replace(CORE, "");
    // A schema that is not ours: nothing of it is kept, whatever its path looks like.
    if (name.startsWith("urn:")) return this.#foreign(name);
    if (!ATTRIBUTE.test(name)) throw this.#refusal("an attribute", at);
    const [attribute = "", sub] = name.split(".");
    if (this.#peek()?.kind !== "[") {
      this.#demandEnd();
      return sub === undefined ? { attribute } : { attribute, sub };
    }
    if (sub !== undefined) throw this.#refusal("an attribute that has several values", at);
    this.#take("[", "[");
    const filter = this.#any();
    this.#take("]", "]");
    const rest = this.#peek();
    if (!rest) return { attribute, filter };
    const named = /^\.([a-z$][a-z0-9_$-]*)$/i.exec(this.#take("word", "a part such as .value").text)?.[1];
    if (named === undefined) throw this.#refusal("a part such as .value", rest.at);
    this.#demandEnd();
    return { attribute, filter, sub: named.toLowerCase() };
  }

  #foreign(attribute: string): Path {
    this.#next = this.#tokens.length;
    return { attribute };
  }

  #any(): Filter {
    const of = [this.#all()];
    while (this.#takeWord("or")) of.push(this.#all());
    return joined("any", of);
  }

  #all(): Filter {
    const of = [this.#one()];
    while (this.#takeWord("and")) of.push(this.#one());
    return joined("all", of);
  }

  #one(): Filter {
    if (this.#takeWord("not")) return { is: "not", of: this.#nested("(", ")") };
    if (this.#peek()?.kind === "(") return this.#nested("(", ")");
    const attribute = this.#attribute();
    if (this.#peek()?.kind === "[") return { is: "some", attribute, of: this.#nested("[", "]") };
    this.#comparisons += 1;
    const operator = this.#take("word", "an operator");
    const by = operator.text.toLowerCase();
    if (this.#comparisons > LIMITS.scimFilterComparisons) {
      throw this.#refusal(`at most ${LIMITS.scimFilterComparisons} comparisons`, operator.at);
    }
    if (by === "pr") return { is: "present", attribute };
    if (ORDERS.includes(by))
      throw this.#refusal("eq, ne, co, sw, ew or pr: nothing here is greater", operator.at);
    if (!isComparison(by)) throw this.#refusal("eq, ne, co, sw, ew or pr", operator.at);
    return { is: "compared", attribute, by, value: this.#value() };
  }

  #nested(open: "(" | "[", close: ")" | "]"): Filter {
    const { at } = this.#take(open, open);
    this.#depth += 1;
    if (this.#depth > LIMITS.scimFilterDepth)
      throw this.#refusal(`at most ${LIMITS.scimFilterDepth} levels`, at);
    const inner = this.#any();
    this.#take(close, close);
    this.#depth -= 1;
    return inner;
  }

  #attribute(): string {
    const { text, at } = this.#take("word", "an attribute");
    const name = text.toLowerCase().replace(CORE, "");
    if (ATTRIBUTE.test(name)) return name;
    throw this.#refusal("an attribute", at);
  }

  #value(): string | boolean {
    const token = this.#peek();
    this.#next += 1;
    if (token?.kind === "text") return this.#unquoted(token);
    const word = token?.kind === "word" ? token.text.toLowerCase() : "";
    if (word === "true" || word === "false") return word === "true";
    throw this.#refusal("a text in quotes, true or false", token?.at);
  }

  #unquoted({ text, at }: Token): string {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "string" && value.isWellFormed() && !value.includes("\0")) return value;
    } catch {
      // An escape that JSON lacks, or a control character; said below.
    }
    throw this.#refusal("a text as JSON writes it", at);
  }

  #split(text: string): readonly Token[] {
    const tokens: Token[] = [];
    let at = 0;
    while (at < text.length) {
      const character = text.charAt(at);
      if (/\s/.test(character)) {
        at += 1;
        continue;
      }
      const token = tokenAt(text, at);
      if (!token) throw this.#refusal("a name, a text in quotes or a bracket", at);
      tokens.push(token);
      at += token.text.length;
    }
    return tokens;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #take(kind: Token["kind"], expected: string): Token {
    const token = this.#peek();
    if (token?.kind !== kind) throw this.#refusal(expected, token?.at);
    this.#next += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token?.kind !== "word" || token.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #demandEnd(): void {
    const rest = this.#peek();
    if (rest) throw this.#refusal("the end", rest.at);
  }

  #refusal(expected: string, at: number | undefined) {
    const what = this.#type === "invalidFilter" ? "filter" : "path";
    const where = at === undefined ? "at its end" : `at character ${at + 1}`;
    return scimRefusal(this.#type, `This ${what} can't be read: expected ${expected} ${where}.`);
  }
}

function tokenAt(text: string, at: number): Token | undefined {
  const character = text.charAt(at);
  if (character === "(" || character === ")" || character === "[" || character === "]") {
    return { kind: character, text: character, at };
  }
  const [pattern, kind] = character === '"' ? ([TEXT, "text"] as const) : ([WORD, "word"] as const);
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  return found === undefined ? undefined : { kind, text: found, at };
}

function joined(is: "all" | "any", of: readonly Filter[]): Filter {
  const [only] = of;
  return only && of.length === 1 ? only : { is, of };
}

function isComparison(word: string): word is Comparison {
  return COMPARISONS.includes(word);
}
