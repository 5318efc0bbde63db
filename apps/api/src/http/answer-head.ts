import type { ServerResponse } from "node:http";

/** The head of an answer, while it is not known yet what the answer will be. */
export interface AnswerHead {
  /** A name may be added more than once, such as `vary`. */
  add(name: string, value: string): void;
}

/** Node's own way: it checks, keeps and merges each header, at some cost. */
export function headOf(response: ServerResponse): AnswerHead {
  return { add: (name, value) => void response.appendHeader(name, value) };
}

/** Names and values in turns, as `writeHead` takes them without another look. */
export class HeadList implements AnswerHead {
  readonly list: string[];

  constructor(first: readonly string[]) {
    this.list = first.slice();
  }

  add(name: string, value: string): void {
    this.list.push(name, value);
  }

  /** For who adds to it by node's own way. */
  moveTo(response: ServerResponse): void {
    for (let at = 0; at < this.list.length; at += 2) {
      response.appendHeader(this.list[at] ?? "", this.list[at + 1] ?? "");
    }
    this.list.length = 0;
  }
}
