import pLimit, { type LimitFunction } from "p-limit";
import type { TenantId } from "../schema/records.ts";
import { BusyError } from "./busy-error.ts";

export interface TurnLimits {
  /** Of one tenant: fewer than a pool has connections, so that others find some. */
  readonly atATime: number;
  readonly waiting: number;
}

const LIMITS: TurnLimits = { atATime: 4, waiting: 200 };

/** Lets each tenant do a few things at a time and wait with the rest, so that none keeps the others waiting. */
export class TenantTurns {
  readonly #limits: TurnLimits;
  readonly #tenants = new Map<TenantId, LimitFunction>();

  constructor(limits: TurnLimits = LIMITS) {
    this.#limits = limits;
  }

  /** How many tenants do something or wait. */
  get size(): number {
    return this.#tenants.size;
  }

  /** Runs `work` when it is its turn. @throws {BusyError} at once, where too much of this tenant waits. */
  async take<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T> {
    const turns = this.#turnsOf(tenantId);
    if (turns.pendingCount >= this.#limits.waiting) throw new BusyError();
    try {
      return await turns(work);
    } finally {
      this.#forgetIdle(tenantId, turns);
    }
  }

  #turnsOf(tenantId: TenantId): LimitFunction {
    const turns = this.#tenants.get(tenantId) ?? pLimit(this.#limits.atATime);
    this.#tenants.set(tenantId, turns);
    return turns;
  }

  /** Two that end together both find theirs idle; by then the tenant may have begun anew. */
  #forgetIdle(tenantId: TenantId, turns: LimitFunction): void {
    const isIdle = turns.activeCount + turns.pendingCount === 0;
    if (isIdle && this.#tenants.get(tenantId) === turns) this.#tenants.delete(tenantId);
  }
}
