import { AppError, type Caller } from "@burgee/core";

export interface TenantView {
  readonly tenantId: string;
  readonly name: string;
  /** What the caller may do here. */
  readonly role: string;
}

/** The tenant that the caller acts in. @throws {AppError} "tenant_not_found" */
export async function getTenant({ db, person }: Caller): Promise<TenantView> {
  const tenant = await db.read(person.tenantId, ({ tenants }) => tenants.find());
  if (!tenant) throw new AppError("tenant_not_found", "There is no such tenant.");
  return { ...tenant, role: person.role };
}
