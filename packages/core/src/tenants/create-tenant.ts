import { newId, type Tenant, type TenantId, type UserId, type Writers } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Change, type Ports } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { chainStart } from "../audit/entry-hash.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { displayName } from "../names.ts";

export const createTenantInput = z.strictObject({ name: displayName });

/** Founds a tenant with its first owner, and begins its audit trail. @throws {AppError} "limit_reached" */
export async function createTenant(
  { db, system }: Pick<Ports, "db" | "system">,
  { name, ownerId, requestId }: z.infer<typeof createTenantInput> & { ownerId: UserId; requestId: string },
): Promise<Tenant> {
  const memberships = await system.credentials.listMemberships(ownerId);
  if (memberships.filter(({ role }) => role === "owner").length >= LIMITS.tenantsPerOwner) {
    throw new AppError("limit_reached", `A person owns at most ${LIMITS.tenantsPerOwner} tenants.`);
  }
  const tenantId = newId<TenantId>();
  return db.transact(tenantId, (writers) =>
    foundTenant(writers, { name, requestId, person: { tenantId, userId: ownerId } }),
  );
}

/** Within a transaction that has entered the tenant, which is not there yet. */
export async function foundTenant(
  writers: Writers,
  { name, requestId, person }: Pick<Change, "person" | "requestId"> & { readonly name: string },
): Promise<Tenant> {
  const { tenantId, userId } = person;
  const tenant = await writers.tenants.create(name);
  await writers.tenants.addMember(userId, "owner");
  await writers.audit.begin(chainStart(tenantId));
  await appendEntry(writers, tenantId, {
    actor: actorOf(person),
    action: "tenant.created",
    object: `tenant/${tenantId}`,
    requestId,
    after: { name },
  });
  return tenant;
}
