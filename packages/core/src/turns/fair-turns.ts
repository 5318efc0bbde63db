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

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: AppError) => void;
}

interface Sharer {
  running: number;
  /** In the order in which they came. */
  readonly waiting: Waiting[];
}

const NOBODY: Sharer = { running: 0, waiting: [] };

/**
 * Of heavy work, which a process does little of at a time: a free turn goes to the sharer whose last one is longest ago. Where all places to
 * wait in are taken, whoever has more of them than the one who comes gives up the last: a few with much to do would keep out everybody else.
 */
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
   * @throws {AppError} "unavailable" at once where too much waits already, or later on, to give its place to a sharer that has fewer
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

  #mayWait(sharer: Sharer): boolean {
    if (sharer.waiting.length >= this.#limits.waitingOfOne) return false;
    return this.#waiting < this.#limits.waiting || this.#whoGivesWayTo(sharer) !== undefined;
  }

  /** Of those who would still have as many places as the one who comes, who has the most. */
  #whoGivesWayTo({ waiting }: Sharer): Sharer | undefined {
    let most: Sharer | undefined;
    for (const each of this.#sharers.values()) {
      if (each.waiting.length > (most?.waiting.length ?? waiting.length + 1)) most = each;
    }
    return most;
  }

  #begin(name: Name, sharer: Sharer): void {
    this.#running += 1;
    sharer.running += 1;
    this.#moveLast(name, sharer);
  }

  #wait(name: Name, sharer: Sharer): Promise<void> {
    if (!this.#mayWait(sharer)) throw this.#refusal();
    if (this.#waiting >= this.#limits.waiting) this.#giveWayTo(sharer);
    this.#waiting += 1;
    this.#sharers.set(name, sharer);
    return new Promise((begin, refuse) => sharer.waiting.push({ begin, refuse }));
  }

  #giveWayTo(sharer: Sharer): void {
    this.#waiting -= 1;
    this.#whoGivesWayTo(sharer)?.waiting.pop()?.refuse(this.#refusal());
  }

  #refusal(): AppError {
    return new AppError("unavailable", this.#limits.refusal);
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
      next.waiting.shift()?.begin();
      return;
    }
  }

  #moveLast(name: Name, sharer: Sharer): void {
    this.#sharers.delete(name);
    this.#sharers.set(name, sharer);
  }
}
