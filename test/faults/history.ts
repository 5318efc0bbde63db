/** What happened in a run, one JSON text a line, written as it happens and read once all is over. */
import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";

/** `at` is in milliseconds since the run began. */
export type Recorded<Event> = Event & { readonly at: number };

export class History {
  readonly file: string;
  readonly #descriptor: number;
  readonly #startedMs = performance.now();
  #lines: string[] = [];

  constructor(file: string) {
    this.file = file;
    this.#descriptor = openSync(file, "w");
  }

  record<Event extends { readonly type: string }>(event: Event): void {
    this.#lines.push(JSON.stringify({ at: Math.round(performance.now() - this.#startedMs), ...event }));
    if (this.#lines.length >= 1_000) this.#flush();
  }

  /** All of it so far, from the file. The checker that reads it says what it expects. */
  read<Event extends { readonly type: string }>(): readonly Recorded<Event>[] {
    this.#flush();
    const lines = readFileSync(this.file, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    appendFileSync(this.#descriptor, this.#lines.map((line) => `${line}\n`).join(""));
    this.#lines = [];
  }
}
