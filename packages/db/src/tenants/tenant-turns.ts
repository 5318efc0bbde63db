import type { TenantId } from "../schema/records.ts";
import { BusyError } from "./busy-error.ts";

export interface TurnLimits {
  /** Of one tenant: fewer than a pool has connections, so that others find some. */
  readonly atATime: number;
  readonly waiting: number;
  /** Whoever asked has given up by then, or should. */
  readonly patienceMs: number;
}

const LIMITS: TurnLimits = { atATime: 4, waiting: 200, patienceMs: 10_000 };

interface Turns {
  running: number;
  /** In the order in which they came; each is called when it is its turn. */
  readonly waiting: Set<() => void>;
}

/** Lets each tenant do a few things at a time and wait with the rest, so that none keeps the others waiting. */
export class TenantTurns {
  readonly #limits: TurnLimits;
  readonly #tenants = new Map<TenantId, Turns>();

  constructor(limits: Partial<TurnLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** How many tenants do something or wait. */
  get size(): number {
    return this.#tenants.size;
  }

  /**
   * Runs `work` when it is its turn.
   * @throws {BusyError} at once where too much of this tenant waits, and when the turn did not come in time
   */
  async take<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T> {
    const turns = this.#turnsOf(tenantId);
    if (turns.running < this.#limits.atATime) turns.running += 1;
    else await this.#turn(turns);
    try {
      return await work();
    } finally {
      this.#pass(tenantId, turns);
    }
  }

  #turnsOf(tenantId: TenantId): Turns {
    const turns = this.#tenants.get(tenantId) ?? { running: 0, waiting: new Set() };
    this.#tenants.set(tenantId, turns);
    return turns;
  }

  #turn({ waiting }: Turns): Promise<void> {
    if (waiting.size >= this.#limits.waiting) throw new BusyError();
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(patience);
        resolve();
      };
      const patience = setTimeout(() => {
        waiting.delete(begin);
        reject(new BusyError());
      }, this.#limits.patienceMs);
      waiting.add(begin);
    });
  }

  /** To whoever waits longest, or to nobody. */
  #pass(tenantId: TenantId, turns: Turns): void {
    const [next] = turns.waiting;
    if (next) {
      turns.waiting.delete(next);
      next();
      return;
    }
    turns.running -= 1;
    if (turns.running === 0) this.#tenants.delete(tenantId);
  }
}
