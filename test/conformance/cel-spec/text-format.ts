import { type TextToken, textTokens } from "./text-tokens.ts";

/** A value of the text format. Which number, name or enum a word is, only the schema knows. */
export type TextValue =
  | { readonly kind: "string"; readonly bytes: Uint8Array }
  | { readonly kind: "word"; readonly text: string }
  | TextMessage;

/** A message: its fields by name, each with its values in order. An Any's content stands under its `[type URL]`. */
export class TextMessage {
  readonly kind = "message";
  readonly #fields = new Map<string, TextValue[]>();

  add(name: string, value: TextValue): void {
    const values = this.#fields.get(name);
    if (values) values.push(value);
    else this.#fields.set(name, [value]);
  }

  get names(): readonly string[] {
    return [...this.#fields.keys()];
  }

  all(name: string): readonly TextValue[] {
    return this.#fields.get(name) ?? [];
  }

  messages(name: string): readonly TextMessage[] {
    return this.all(name).map((value) => {
      if (value.kind === "message") return value;
      throw new Error(`'${name}' holds no message`);
    });
  }

  message(name: string): TextMessage | undefined {
    return this.messages(name).at(-1);
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.all(name).at(-1);
    if (value === undefined || value.kind === "string") return value?.bytes;
    throw new Error(`'${name}' holds no string`);
  }

  text(name: string): string | undefined {
    const bytes = this.bytes(name);
    return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  }

  /** A number, the name of an enum's value, or true or false. */
  word(name: string): string | undefined {
    const value = this.all(name).at(-1);
    if (value === undefined || value.kind === "word") return value?.text;
    throw new Error(`'${name}' holds no word`);
  }
}

/**
 * Reads a message in protobuf's text format.
 * Source: protobuf.dev/reference/protobuf/textformat-spec. @throws {Error} that names the line
 */
export function parseTextFormat(text: string): TextMessage {
  const tokens = new Tokens(textTokens(text));
  const message = new TextMessage();
  while (!tokens.isOver) readField(tokens, message);
  return message;
}

class Tokens {
  readonly #tokens: readonly TextToken[];
  #at = 0;

  constructor(tokens: readonly TextToken[]) {
    this.#tokens = tokens;
  }

  get isOver(): boolean {
    return this.#at >= this.#tokens.length;
  }

  next(): TextToken {
    const token = this.#tokens[this.#at++];
    if (!token) throw new Error("the text ends inside a message");
    return token;
  }

  peek(): TextToken | undefined {
    return this.#tokens[this.#at];
  }

  isMark(text: string): boolean {
    const token = this.peek();
    return token?.kind === "mark" && token.text === text;
  }

  /** Takes the mark if it stands here. */
  skip(text: string): boolean {
    const isHere = this.isMark(text);
    if (isHere) this.#at++;
    return isHere;
  }

  unexpected(token: TextToken): Error {
    return new Error(`line ${token.line}: unexpected ${token.kind === "string" ? "string" : token.text}`);
  }
}

function readField(tokens: Tokens, message: TextMessage): void {
  const name = readName(tokens);
  const hasColon = tokens.skip(":");
  if (tokens.skip("[")) {
    while (!tokens.skip("]")) {
      message.add(name, readValue(tokens));
      tokens.skip(",");
    }
  } else {
    const token = tokens.peek();
    if (token && !hasColon && !tokens.isMark("{") && !tokens.isMark("<")) throw tokens.unexpected(token);
    message.add(name, readValue(tokens));
  }
  if (!tokens.skip(",")) tokens.skip(";");
}

function readName(tokens: Tokens): string {
  const first = tokens.next();
  if (first.kind === "word") return first.text;
  if (first.kind === "string" || first.text !== "[") throw tokens.unexpected(first);

  let name = "[";
  while (!tokens.skip("]")) {
    const part = tokens.next();
    if (part.kind === "string") throw tokens.unexpected(part);
    name += part.text;
  }
  return `${name}]`;
}

function readValue(tokens: Tokens): TextValue {
  const token = tokens.next();
  if (token.kind === "word") return token;
  if (token.kind === "string") return { kind: "string", bytes: withStringsAfter(token.bytes, tokens) };
  if (token.text === "{" || token.text === "<") return readMessage(tokens, token.text === "{" ? "}" : ">");
  const next = token.text === "-" ? tokens.next() : token;
  if (next.kind !== "word") throw tokens.unexpected(next);
  return { kind: "word", text: `-${next.text}` };
}

/** Strings in a row are one. */
function withStringsAfter(first: Uint8Array, tokens: Tokens): Uint8Array {
  const parts = [...first];
  for (let token = tokens.peek(); token?.kind === "string"; token = tokens.peek()) {
    parts.push(...token.bytes);
    tokens.next();
  }
  return Uint8Array.from(parts);
}

function readMessage(tokens: Tokens, end: string): TextMessage {
  const message = new TextMessage();
  while (!tokens.skip(end)) readField(tokens, message);
  return message;
}
