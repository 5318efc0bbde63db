import type { Role, Tenant } from "@burgee/db";
import type { Caller } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";

export interface TenantView extends Tenant {
  /** What the caller may do here. */
  readonly role: Role;
}

/** The tenant that the caller acts in. @throws {AppError} "tenant_not_found" */
export async function getTenant({ db, person }: Caller): Promise<TenantView> {
  const tenant = await db.read(person.tenantId, ({ tenants }) => tenants.find());
  if (!tenant) throw new AppError("tenant_not_found", "There is no such tenant.");
  return { ...tenant, role: person.access.tenant.role };
}
