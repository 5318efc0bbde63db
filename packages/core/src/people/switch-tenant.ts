import type { SystemDatabase, UserId } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { tenantId } from "../ids.ts";
import type { SignedIn } from "./sign-in.ts";

export const switchTenantInput = z.strictObject({ tenantId });

/** Signs a person in to another of their tenants. @throws {AppError} "tenant_not_found", also for one of other people */
export async function switchTenant(
  { system }: { readonly system: SystemDatabase },
  { userId, ...wanted }: z.output<typeof switchTenantInput> & { readonly userId: UserId },
): Promise<SignedIn> {
  const memberships = await system.credentials.listMemberships(userId);
  if (!memberships.some(({ tenantId }) => tenantId === wanted.tenantId)) {
    throw new AppError("tenant_not_found", "There is no such tenant.");
  }
  return { userId, tenantId: wanted.tenantId };
}
