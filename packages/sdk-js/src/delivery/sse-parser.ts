import { SdkError } from "../sdk-error.ts";

/** One dispatched event of a stream. */
export interface ServerSentEvent {
  /** The `event:` field; `message` when the server gave none. */
  readonly type: string;
  /** The `data:` lines joined by line feeds. */
  readonly data: string;
  /** The last `id:` seen on this stream, or "". */
  readonly id: string;
}

/** What the parser tells: events, and the reconnection time that a `retry:` field asks for. */
export interface SseListener {
  event(event: ServerSentEvent): void;
  retry(ms: number): void;
}

/**
 * Parses a WHATWG event stream, however its bytes are cut into chunks.
 *
 * - Lines end with LF, CR or CRLF, also where a CRLF or a character is cut between two chunks.
 * - A leading byte order mark, comments and unknown fields are passed over.
 * - An event that the stream's end cuts off is never dispatched.
 * - Bound: one event (and one line) holds at most `maxLength` UTF-16 units. @throws {SdkError} "too_large" from `push`
 * - Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseParser {
  readonly #listener: SseListener;
  readonly #maxLength: number;
  /** Leaves the byte order mark to us: cut into chunks, some decoders take off two. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #atStart = true;
  #line = "";
  #afterCarriageReturn = false;
  #data: string[] = [];
  #dataLength = 0;
  #type = "";
  #id = "";

  constructor(listener: SseListener, maxLength: number) {
    this.#listener = listener;
    this.#maxLength = maxLength;
  }

  push(chunk: Uint8Array): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    if (text === "") return;

    let start = this.#isLeftover(text[0]) ? 1 : 0;
    this.#atStart = false;
    this.#afterCarriageReturn = false;
    while (start < text.length) {
      const end = endOfLine(text, start);
      this.#grow(text.slice(start, end));
      if (end === text.length) return;

      this.#endLine();
      start = end + 1;
      if (text[end] !== "\r") continue;
      if (start === text.length) this.#afterCarriageReturn = true;
      else if (text[start] === "\n") start += 1;
    }
  }

  /** A byte order mark, or the second half of a CRLF. */
  #isLeftover(first: string | undefined): boolean {
    return this.#atStart ? first === "\uFEFF" : this.#afterCarriageReturn && first === "\n";
  }

  #grow(piece: string): void {
    this.#line += piece;
    if (this.#line.length + this.#dataLength > this.#maxLength) {
      throw new SdkError(
        "too_large",
        `One event of the stream holds more than ${this.#maxLength} characters.`,
      );
    }
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = "";
    if (line === "") {
      this.#dispatch();
      return;
    }

    const colon = line.includes(":") ? line.indexOf(":") : line.length;
    const valueStart = line[colon + 1] === " " ? colon + 2 : colon + 1;
    this.#field(line.slice(0, colon), line.slice(valueStart));
  }

  /** A comment has the empty name, and goes the way of unknown fields. */
  #field(name: string, value: string): void {
    switch (name) {
      case "event":
        this.#type = value;
        return;
      case "data":
        this.#data.push(value);
        this.#dataLength += value.length + 1;
        return;
      case "id":
        if (!value.includes("\0")) this.#id = value;
        return;
      case "retry":
        if (/^[0-9]+$/.test(value)) this.#listener.retry(Number(value));
        return;
    }
  }

  #dispatch(): void {
    const [type, data] = [this.#type, this.#data];
    this.#type = "";
    this.#data = [];
    this.#dataLength = 0;
    if (data.length === 0) return;

    this.#listener.event({ type: type === "" ? "message" : type, data: data.join("\n"), id: this.#id });
  }
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) return at;
  }
  return text.length;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
