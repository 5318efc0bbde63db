import type { SystemDatabase, TenantId, UserId } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { tenantId } from "../ids.ts";

export const switchTenantInput = z.strictObject({ tenantId });

/** Another of a person's tenants, to work in. @throws {AppError} "tenant_not_found", also for one of other people */
export async function switchTenant(
  { system }: { readonly system: SystemDatabase },
  { userId, ...wanted }: z.output<typeof switchTenantInput> & { readonly userId: UserId },
): Promise<TenantId> {
  const memberships = await system.credentials.listMemberships(userId);
  if (!memberships.some(({ tenantId }) => tenantId === wanted.tenantId)) {
    throw new AppError("tenant_not_found", "There is no such tenant.");
  }
  return wanted.tenantId;
}
