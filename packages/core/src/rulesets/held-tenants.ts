import type { TenantId } from "@burgee/db";

/** Answers what ends it. */
export type FollowTenant = (tenantId: TenantId) => () => void;

/** Of which tenants anything is held, and what follows each of them meanwhile. */
export class HeldTenants {
  follow: FollowTenant = () => () => undefined;
  readonly #held = new Map<TenantId, { count: number; readonly end: () => void }>();

  enter(tenantId: TenantId): void {
    const held = this.#held.get(tenantId);
    if (held) held.count += 1;
    else this.#held.set(tenantId, { count: 1, end: this.follow(tenantId) });
  }

  leave(tenantId: TenantId): void {
    const held = this.#held.get(tenantId);
    if (!held) return;
    held.count -= 1;
    if (held.count > 0) return;
    this.#held.delete(tenantId);
    held.end();
  }
}
