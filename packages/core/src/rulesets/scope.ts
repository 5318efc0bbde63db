import type { EnvironmentId, TenantId } from "@burgee/db";

/** One environment, as a node knows it. */
export interface Scope {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
}
