/** How many may watch at this process, all together and of one tenant, and whether who watches still may. */
import type { Person } from "@burgee/core";
import type { TenantId } from "@burgee/db";
import { TransportError } from "../errors/api-error.ts";

/** Who watches, as of now; undefined once their key or session has ended. */
export type RecheckPerson = () => Promise<Person | undefined>;

export interface WatchLimits {
  readonly maxWatches: number;
  readonly maxOfTenant: number;
  /** Whoever watches comes back after this time. */
  readonly maxAgeMs: number;
  /** How often it is asked whether who watches still may. */
  readonly recheckMs: number;
  readonly pollMs: number;
}

export class WatchPlaces {
  readonly #limits: WatchLimits;
  readonly #ofTenants = new Map<TenantId, number>();
  readonly #closing = new AbortController();
  #count = 0;

  constructor(limits: WatchLimits) {
    this.#limits = limits;
  }

  /** @param what is watched, for who is told that there is no room @throws {TransportError} "too_many_streams" */
  demand(tenantId: TenantId, what: string): void {
    const { maxWatches, maxOfTenant } = this.#limits;
    const isFull = this.#count >= maxWatches || (this.#ofTenants.get(tenantId) ?? 0) >= maxOfTenant;
    if (!isFull && !this.#closing.signal.aborted) return;
    throw new TransportError(
      "too_many_streams",
      `As many ${what} are watched here as can be; look at them without watching, or try again.`,
    );
  }

  /** Takes a place until it is left. Its signal says when the watch is over here, for whichever reason. */
  take(
    tenantId: TenantId,
    {
      signal,
      isAllowed,
      onError,
    }: {
      readonly signal: AbortSignal;
      /** Asked again and again: a watch outlives the moment in which it was asked who watches. */
      readonly isAllowed: () => Promise<boolean>;
      readonly onError: (error: unknown) => void;
    },
  ): { readonly signal: AbortSignal; readonly leave: () => void } {
    const { maxAgeMs, recheckMs } = this.#limits;
    const refused = new AbortController();
    const ask = async () => {
      if (!(await isAllowed())) refused.abort();
    };
    const timer = setInterval(() => ask().catch(onError), recheckMs).unref();
    this.#add(tenantId, 1);
    return {
      signal: AbortSignal.any([signal, refused.signal, this.#closing.signal, AbortSignal.timeout(maxAgeMs)]),
      leave: () => {
        clearInterval(timer);
        this.#add(tenantId, -1);
      },
    };
  }

  /** Ends all of them; whoever comes again finds another process. */
  close(): void {
    this.#closing.abort();
  }

  #add(tenantId: TenantId, by: 1 | -1): void {
    this.#count += by;
    const ofTenant = (this.#ofTenants.get(tenantId) ?? 0) + by;
    if (ofTenant > 0) this.#ofTenants.set(tenantId, ofTenant);
    else this.#ofTenants.delete(tenantId);
  }
}

/** What a watch ends with where it ends before what is watched does: clients come back with what they saw last. */
export function noLongerWatched(): DOMException {
  return new DOMException("This is no longer watched here.", "AbortError");
}
