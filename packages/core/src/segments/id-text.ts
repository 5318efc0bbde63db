/** Reads the ids of an uploaded text, as it arrives: one a line, or the first column of CSV (RFC 4180). */
import { WRITE_LIMITS } from "@burgee/engine";
import type { AddProblem, IdPacker } from "@burgee/engine/lists";
import type { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";

export interface IdTextFormat {
  readonly type: "lines" | "csv";
  /** Whether the first row of CSV names the columns. */
  readonly hasHeader: boolean;
}

const [LF, CR, SPACE, TAB, COMMA, QUOTE] = [0x0a, 0x0d, 0x20, 0x09, 0x2c, 0x22];
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

  constructor(packer: IdPacker, { type, hasHeader }: IdTextFormat) {
    this.#packer = packer;
    this.#isCsv = type === "csv";
    this.#isHeader = this.#isCsv && hasHeader;
  }

  /** @throws {AppError} "invalid_input", naming the line */
  take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#isCsv) this.#takeCsv(byte);
      else if (byte === LF) this.#endRow();
      else this.#keep(byte);
    }
  }

  /** The last line needs no end. @throws {AppError} "invalid_input" */
  end(): void {
    if (this.#state === "quoted") throw this.#refuse("unclosed_quote", "a quote is not closed");
    this.#endRow();
  }

  #takeCsv(byte: number): void {
    if (this.#state === "quoted") {
      if (byte === QUOTE) this.#state = "quote";
      else this.#keep(byte);
      if (byte === LF) this.#line++;
      return;
    }
    if (byte === LF) this.#endRow();
    else if (byte === COMMA) {
      this.#isFirst = false;
      this.#state = "start";
    } else if (byte === QUOTE && this.#state !== "plain") {
      if (this.#state === "quote") this.#keep(byte);
      this.#state = "quoted";
    } else {
      if (this.#state === "start" && !this.#isByteOrderMark()) this.#state = "plain";
      this.#keep(byte);
    }
  }

  #isByteOrderMark(): boolean {
    return this.#line === 1 && this.#length < BYTE_ORDER_MARK.length;
  }

  #keep(byte: number): void {
    if (!this.#isFirst) return;
    if (this.#length === FIELD_BYTES) throw this.#problem("too_long");
    this.#field[this.#length++] = byte;
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
    const isMarked =
      this.#startedLine === 1 && this.#field.subarray(0, 3).equals(BYTE_ORDER_MARK) && this.#length >= 3;
    let from = isMarked ? BYTE_ORDER_MARK.length : 0;
    let to = this.#length;
    while (from < to && isBlank(this.#field[from])) from++;
    while (from < to && isBlank(this.#field[to - 1])) to--;
    if (from === to) return;
    const problem = this.#packer.add(this.#field, from, to);
    if (problem) throw this.#problem(problem);
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
  return byte === SPACE || byte === TAB || byte === CR;
}
