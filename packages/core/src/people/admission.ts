/** Which tenants somebody comes into by what they showed. A tenant may take no other way in than its provider. */
import type { Membership, TenantId, UserId, Writers } from "@burgee/db";
import type { Ports } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";

/** `break_glass`: an owner, by password and second factor, although the tenant has a provider that all others go by. */
export type WayIn = "open" | "break_glass";

interface Shown {
  readonly secondFactor: boolean;
}

/** The first of somebody's tenants that lets them in, one that they break no glass for before any other. */
export function firstAdmitting(
  memberships: readonly Membership[],
  shown: Shown,
): { readonly membership: Membership; readonly way: WayIn } | undefined {
  const open = memberships.find((each) => wayInto(each, shown) === "open");
  if (open) return { membership: open, way: "open" };
  const membership = memberships.find((each) => wayInto(each, shown) === "break_glass");
  return membership && { membership, way: "break_glass" };
}

/** A tenant that goes lets in those who may keep it, while they may. */
export function isClosedTo({ deletion, role }: Membership): boolean {
  return deletion === "begun" || (deletion === "waiting" && role !== "owner");
}

/** Undefined where there is none. */
export function wayInto(
  { tenantId, isEnforced, managedBy, role }: Membership,
  { secondFactor }: Shown,
): WayIn | undefined {
  // An account that the tenant's provider speaks for has no password that anybody knows.
  if (!isEnforced || managedBy === tenantId) return "open";
  return role === "owner" && secondFactor && managedBy === null ? "break_glass" : undefined;
}

export function singleSignOnRequired(): AppError {
  return new AppError(
    "single_sign_on_required",
    "Your organisation signs in by its own provider; begin with singleSignOn.find.",
  );
}

/** The audit trail tells of everybody who comes in, and of each broken glass by an entry of its own. */
export async function noteEntry(
  { db, requestId }: Pick<Ports, "db"> & { readonly requestId: string },
  {
    tenantId,
    userId,
    way,
    isGoing,
    action,
    object = `user/${userId}`,
  }: {
    readonly tenantId: TenantId;
    readonly userId: UserId;
    readonly way: WayIn;
    readonly isGoing: boolean;
    readonly action: string;
    readonly object?: string;
  },
): Promise<void> {
  const actor = `user:${userId}` as const;
  const noted = async (writers: Writers) => {
    await appendEntry(writers, tenantId, { actor, action, object, requestId });
    if (way === "open") return;
    const broken = { actor, action: "sign_in.break_glass", object: `user/${userId}`, requestId };
    await appendEntry(writers, tenantId, broken);
  };
  // Nobody else writes in a tenant that goes; its owners come in all the same.
  await (isGoing ? db.transactAlone(tenantId, noted) : db.transact(tenantId, noted));
}
