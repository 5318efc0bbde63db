import type { Readers, Role, Tenant } from "@burgee/db";
import type { Caller } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";

export interface TenantView extends Tenant {
  /** What the caller may do here. */
  readonly role: Role;
  /** From when on it is erased, unless an owner keeps it; null for a tenant that stays. */
  readonly deletesAt: string | null;
}

/** The tenant that the caller acts in. @throws {AppError} "tenant_not_found" */
export async function getTenant({ db, person }: Caller): Promise<TenantView> {
  const view = await db.read(person.tenantId, (readers) => tenantView(readers, person.access.tenant.role));
  if (view) return view;
  throw new AppError("tenant_not_found", "There is no such tenant.");
}

/** Undefined for one that is gone. */
export async function tenantView(
  { tenants, deletions }: Readers,
  role: Role,
): Promise<TenantView | undefined> {
  const tenant = await tenants.find();
  const deletion = await deletions.find();
  return tenant && { ...tenant, role, deletesAt: deletion?.dueAt.toISOString() ?? null };
}
