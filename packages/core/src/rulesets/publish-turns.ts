import type { EnvironmentId, TenantId } from "@burgee/db";

export interface TurnBounds {
  /** At a time in this process. */
  readonly most: number;
  readonly mostOfTenant: number;
}

interface Environment {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
}

/**
 * Who publishes in one process at a time. A tenant has a few turns at most, and more than one only while half of all are free: however many
 * heavy environments one changes, others find room. Who finds none comes back with the next poll.
 */
export class PublishTurns {
  readonly #bounds: TurnBounds;
  readonly #publishing = new Map<EnvironmentId, TenantId>();

  constructor(bounds: TurnBounds = { most: 32, mostOfTenant: 4 }) {
    this.#bounds = bounds;
  }

  /** What gives the turn back; undefined where there is none. */
  take({ tenantId, environmentId }: Environment): (() => void) | undefined {
    const { most, mostOfTenant } = this.#bounds;
    const publishing = this.#publishing;
    const own = [...publishing.values()].filter((each) => each === tenantId).length;
    const isCrowded = publishing.size >= (own === 0 ? most : most / 2);
    if (publishing.has(environmentId) || isCrowded || own >= mostOfTenant) return undefined;
    publishing.set(environmentId, tenantId);
    return () => publishing.delete(environmentId);
  }
}
