import { AppError } from "../errors/app-error.ts";

export interface FairTurnLimits {
  /** At a time in this process. */
  readonly most: number;
  /** Of one of those who share them, such as a tenant. */
  readonly mostOfOne: number;
  readonly waiting: number;
  readonly waitingOfOne: number;
  /** Said to whoever finds no place to wait in. */
  readonly refusal: string;
}

interface Sharer {
  running: number;
  /** In the order in which they came; each is called when it is its turn. */
  readonly waiting: (() => void)[];
}

const NOBODY: Sharer = { running: 0, waiting: [] };

/** Of heavy work, which a process does little of at a time: a free turn goes to the sharer whose last one is longest ago. */
export class FairTurns<Name extends string> {
  readonly #limits: FairTurnLimits;
  /** Those at work or waiting; served last, last. */
  readonly #sharers = new Map<Name, Sharer>();
  #running = 0;
  #waiting = 0;

  constructor(limits: FairTurnLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `work` when it is its turn.
   * @throws {AppError} "unavailable" at once where too much waits already
   */
  async take<T>(name: Name, work: () => Promise<T>): Promise<T> {
    const sharer = this.#sharers.get(name) ?? { running: 0, waiting: [] };
    if (this.#mayBegin(sharer)) this.#begin(name, sharer);
    else await this.#wait(name, sharer);
    try {
      return await work();
    } finally {
      this.#end(name, sharer);
    }
  }

  /** Whether whoever comes now would begin, or might wait. */
  hasRoomFor(name: Name): boolean {
    const sharer = this.#sharers.get(name) ?? NOBODY;
    return this.#mayBegin(sharer) || this.#mayWait(sharer);
  }

  #mayBegin({ running }: Sharer): boolean {
    return this.#running < this.#limits.most && running < this.#limits.mostOfOne;
  }

  #mayWait({ waiting }: Sharer): boolean {
    return this.#waiting < this.#limits.waiting && waiting.length < this.#limits.waitingOfOne;
  }

  #begin(name: Name, sharer: Sharer): void {
    this.#running += 1;
    sharer.running += 1;
    this.#moveLast(name, sharer);
  }

  #wait(name: Name, sharer: Sharer): Promise<void> {
    if (!this.#mayWait(sharer)) throw new AppError("unavailable", this.#limits.refusal);
    this.#waiting += 1;
    this.#sharers.set(name, sharer);
    return new Promise((resolve) => sharer.waiting.push(resolve));
  }

  #end(name: Name, sharer: Sharer): void {
    this.#running -= 1;
    sharer.running -= 1;
    if (sharer.running === 0 && sharer.waiting.length === 0) this.#sharers.delete(name);
    else this.#moveLast(name, sharer);
    for (const [nextId, next] of this.#sharers) {
      if (next.waiting.length === 0 || !this.#mayBegin(next)) continue;
      this.#begin(nextId, next);
      this.#waiting -= 1;
      next.waiting.shift()?.();
      return;
    }
  }

  #moveLast(name: Name, sharer: Sharer): void {
    this.#sharers.delete(name);
    this.#sharers.set(name, sharer);
  }
}
