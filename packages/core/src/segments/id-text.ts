/**
 * Reads the ids of an uploaded text, as it arrives: one a line, or the first column of CSV (RFC 4180). Lines end in LF, CR LF or CR. What
 * it takes, it takes again from the list written one id a line.
 */
import { WRITE_LIMITS } from "@burgee/engine";
import type { AddProblem, IdPacker } from "@burgee/engine/lists";
import type { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";

export interface IdTextFormat {
  readonly type: "lines" | "csv";
  /** Whether the first row of CSV names the columns. */
  readonly hasHeader: boolean;
}

const [LF, CR, SPACE, TAB, COMMA, QUOTE, DELETE] = [0x0a, 0x0d, 0x20, 0x09, 0x2c, 0x22, 0x7f];
/** In UTF-8, the first byte of U+0080 to U+00BF, whose second is the code point's low byte; control characters end at U+009F. */
const [LATIN, LAST_CONTROL] = [0xc2, 0x9f];
const BYTE_ORDER_MARK = Buffer.from("\ufeff");
/** Bytes of a line's id with what is trimmed around it: more can't be an id. */
const FIELD_BYTES = 8_192;

type State = "start" | "plain" | "quoted" | "quote";

export class IdText {
  readonly #packer: IdPacker;
  readonly #isCsv: boolean;
  readonly #field = Buffer.alloc(FIELD_BYTES);
  #length = 0;
  #state: State = "start";
  #isFirst = true;
  /** Counted from 1. */
  #line = 1;
  #startedLine = 1;
  #isHeader: boolean;
  #isAfterCr = false;

  constructor(packer: IdPacker, { type, hasHeader }: IdTextFormat) {
    this.#packer = packer;
    this.#isCsv = type === "csv";
    this.#isHeader = this.#isCsv && hasHeader;
  }

  /** @throws {AppError} "invalid_input", naming the line */
  take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === LF || byte === CR) this.#takeLineEnd(byte);
      else {
        this.#isAfterCr = false;
        if (this.#isCsv) this.#takeCsv(byte);
        else this.#keep(byte);
      }
    }
  }

  /** The last line needs no end. @throws {AppError} "invalid_input" */
  end(): void {
    if (this.#state === "quoted") throw this.#refuse("unclosed_quote", "a quote is not closed");
    this.#endRow();
  }

  #takeLineEnd(byte: number): void {
    const isSecondOfCrLf = byte === LF && this.#isAfterCr;
    this.#isAfterCr = byte === CR;
    if (this.#state === "quoted") {
      this.#keep(byte);
      if (!isSecondOfCrLf) this.#line++;
    } else if (!isSecondOfCrLf) this.#endRow();
  }

  #takeCsv(byte: number): void {
    if (this.#state === "quoted") {
      if (byte === QUOTE) this.#state = "quote";
      else this.#keep(byte);
      return;
    }
    if (byte === COMMA) {
      this.#isFirst = false;
      this.#state = "start";
    } else if (byte === QUOTE && this.#state !== "plain") {
      if (this.#state === "quote") this.#keep(byte);
      this.#state = "quoted";
    } else {
      if (this.#state === "start" && !this.#isOfByteOrderMark(byte)) this.#state = "plain";
      this.#keep(byte);
    }
  }

  /** A row's first field may begin with one, before its quote too. */
  #isOfByteOrderMark(byte: number): boolean {
    return this.#isFirst && byte === BYTE_ORDER_MARK[this.#length];
  }

  #keep(byte: number): void {
    if (!this.#isFirst) return;
    if ((byte < SPACE || byte >= DELETE) && !this.#isHeader) this.#demandVisible(byte);
    if (this.#length === FIELD_BYTES) throw this.#problem("too_long");
    this.#field[this.#length++] = byte;
  }

  /** @throws {AppError} "invalid_input" for what lists as text can't hold, or what shows that the text is in another encoding */
  #demandVisible(byte: number): void {
    if (byte === LF || byte === CR) throw this.#refuse("line_break", "an id has no line break");
    const isAfterLatin = this.#length > 0 && this.#field[this.#length - 1] === LATIN;
    const isControl =
      (byte < SPACE && byte !== TAB) || byte === DELETE || (isAfterLatin && byte <= LAST_CONTROL);
    if (!isControl) return;
    const codePoint = `U+${byte.toString(16).toUpperCase().padStart(4, "0")}`;
    throw this.#refuse(
      "control_character",
      `an id has no control character, and here is ${codePoint}; send the text in UTF-8`,
    );
  }

  #endRow(): void {
    if (!this.#isHeader) this.#add();
    this.#isHeader = false;
    this.#length = 0;
    this.#state = "start";
    this.#isFirst = true;
    this.#startedLine = ++this.#line;
  }

  #add(): void {
    let [from, to] = [0, this.#length];
    for (let blank = this.#blankAt(from, to); blank > 0; blank = this.#blankAt(from, to)) from += blank;
    while (from < to && isBlank(this.#field[to - 1])) to--;
    if (from === to) return;
    const problem = this.#packer.add(this.#field, from, to);
    if (problem) throw this.#problem(problem);
  }

  /** How many bytes there begin no id: a blank, or a byte order mark, which joined files have at the start of any line. */
  #blankAt(from: number, to: number): number {
    if (from < to && isBlank(this.#field[from])) return 1;
    const next = from + BYTE_ORDER_MARK.length;
    return next <= to && this.#field.subarray(from, next).equals(BYTE_ORDER_MARK)
      ? BYTE_ORDER_MARK.length
      : 0;
  }

  #problem(problem: AddProblem): AppError {
    return this.#refuse(problem, problems[problem]);
  }

  #refuse(code: string, what: string): AppError {
    const line = this.#startedLine;
    return refuse([{ pointer: "", code, message: `Line ${line}: ${what}.`, line }]);
  }
}

const problems: Readonly<Record<AddProblem, string>> = {
  empty: "an id is no empty text",
  not_utf8: "this is no UTF-8",
  too_long: `an id has at most ${WRITE_LIMITS.idLength} characters`,
  too_many: `a list has at most ${WRITE_LIMITS.packedIds} ids`,
  too_large: `a list has at most ${WRITE_LIMITS.packedBytes} bytes`,
};

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
