import { setImmediate as nextTurn } from "node:timers/promises";

export interface PauseOptions {
  /** After so much work at a stretch, it pauses for whoever else this process works for. */
  readonly stretchMs?: number;
  /** Only differences count. */
  readonly nowMs?: () => number;
  readonly pause?: () => Promise<unknown>;
}

/** Of long work in one piece: asked for between its parts, so that it keeps nobody else waiting. */
export class Pauses {
  readonly #stretchMs: number;
  readonly #nowMs: () => number;
  readonly #pause: () => Promise<unknown>;
  #begunMs: number;

  constructor({
    stretchMs = 10,
    nowMs = () => performance.now(),
    pause = () => nextTurn(),
  }: PauseOptions = {}) {
    this.#stretchMs = stretchMs;
    this.#nowMs = nowMs;
    this.#pause = pause;
    this.#begunMs = nowMs();
  }

  /** Lets others go first where it was long enough. */
  async take(): Promise<void> {
    if (this.#nowMs() - this.#begunMs < this.#stretchMs) return;
    await this.#pause();
    this.#begunMs = this.#nowMs();
  }
}
