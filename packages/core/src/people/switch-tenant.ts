import type { TenantId, UserId } from "@burgee/db";
import { z } from "zod";
import type { Ports } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { tenantId } from "../ids.ts";
import { tenantClosed } from "../tenants/tenant-closed.ts";
import { isClosedTo, noteEntry, singleSignOnRequired, wayInto } from "./admission.ts";

export const switchTenantInput = z.strictObject({ tenantId });

/**
 * Another of a person's tenants, to work in. Its audit trail tells of it; the one that they left learns nothing of it.
 * @throws {AppError} "tenant_not_found", also for one of other people; "tenant_closed", "single_sign_on_required"
 */
export async function switchTenant(
  ports: Pick<Ports, "db" | "system"> & { readonly requestId: string },
  { userId, ...wanted }: z.output<typeof switchTenantInput> & { readonly userId: UserId },
): Promise<TenantId> {
  const { tenantId } = wanted;
  const { credentials, secondFactors } = ports.system;
  const memberships = await credentials.listMemberships(userId);
  const membership = memberships.find((each) => each.tenantId === tenantId);
  if (!membership) throw new AppError("tenant_not_found", "There is no such tenant.");

  if (isClosedTo(membership)) throw tenantClosed();

  // No session outlives the enrolment of a second factor without having shown it.
  const factor = await secondFactors.find(userId);
  const way = wayInto(membership, { secondFactor: factor?.isConfirmed ?? false });
  if (!way) throw singleSignOnRequired();
  const isGoing = membership.deletion !== null;
  const entry = { action: "tenant.entered", object: `tenant/${tenantId}` };
  await noteEntry(ports, { tenantId, userId, way, isGoing, ...entry });
  return tenantId;
}
