import type { TenantId } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

export interface FairTurnLimits {
  /** At a time in this process. */
  readonly most: number;
  readonly mostOfTenant: number;
  readonly waiting: number;
  readonly waitingOfTenant: number;
  /** Said to whoever finds no place to wait in. */
  readonly refusal: string;
}

interface Tenant {
  running: number;
  /** In the order in which they came; each is called when it is its turn. */
  readonly waiting: (() => void)[];
}

/** Of heavy work, which a process does little of at a time: a free turn goes to the tenant whose last one is longest ago. */
export class FairTurns {
  readonly #limits: FairTurnLimits;
  /** Those at work or waiting; served last, last. */
  readonly #tenants = new Map<TenantId, Tenant>();
  #running = 0;
  #waiting = 0;

  constructor(limits: FairTurnLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `work` when it is its turn.
   * @throws {AppError} "unavailable" at once where too much waits already
   */
  async take<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T> {
    const tenant = this.#tenants.get(tenantId) ?? { running: 0, waiting: [] };
    if (this.#mayBegin(tenant)) this.#begin(tenantId, tenant);
    else await this.#wait(tenantId, tenant);
    try {
      return await work();
    } finally {
      this.#end(tenantId, tenant);
    }
  }

  #mayBegin({ running }: Tenant): boolean {
    return this.#running < this.#limits.most && running < this.#limits.mostOfTenant;
  }

  #begin(tenantId: TenantId, tenant: Tenant): void {
    this.#running += 1;
    tenant.running += 1;
    this.#moveLast(tenantId, tenant);
  }

  #wait(tenantId: TenantId, tenant: Tenant): Promise<void> {
    const { waiting, waitingOfTenant, refusal } = this.#limits;
    if (this.#waiting >= waiting || tenant.waiting.length >= waitingOfTenant) {
      throw new AppError("unavailable", refusal);
    }
    this.#waiting += 1;
    this.#tenants.set(tenantId, tenant);
    return new Promise((resolve) => tenant.waiting.push(resolve));
  }

  #end(tenantId: TenantId, tenant: Tenant): void {
    this.#running -= 1;
    tenant.running -= 1;
    if (tenant.running === 0 && tenant.waiting.length === 0) this.#tenants.delete(tenantId);
    else this.#moveLast(tenantId, tenant);
    for (const [nextId, next] of this.#tenants) {
      if (next.waiting.length === 0 || !this.#mayBegin(next)) continue;
      this.#begin(nextId, next);
      this.#waiting -= 1;
      next.waiting.shift()?.();
      return;
    }
  }

  #moveLast(tenantId: TenantId, tenant: Tenant): void {
    this.#tenants.delete(tenantId);
    this.#tenants.set(tenantId, tenant);
  }
}
