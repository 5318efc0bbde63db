import type { TenantId, UserId } from "@burgee/db";
import { z } from "zod";
import type { Ports } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { tenantId } from "../ids.ts";

export const switchTenantInput = z.strictObject({ tenantId });

/**
 * Another of a person's tenants, to work in. Its audit trail tells of it; the one that they left learns nothing of it.
 * @throws {AppError} "tenant_not_found", also for one of other people
 */
export async function switchTenant(
  { db, system, requestId }: Pick<Ports, "db" | "system"> & { readonly requestId: string },
  { userId, ...wanted }: z.output<typeof switchTenantInput> & { readonly userId: UserId },
): Promise<TenantId> {
  const { tenantId } = wanted;
  const memberships = await system.credentials.listMemberships(userId);
  if (!memberships.some((membership) => membership.tenantId === tenantId)) {
    throw new AppError("tenant_not_found", "There is no such tenant.");
  }
  await db.transact(tenantId, (writers) =>
    appendEntry(writers, tenantId, {
      actor: `user:${userId}`,
      action: "tenant.entered",
      object: `tenant/${tenantId}`,
      requestId,
    }),
  );
  return tenantId;
}
