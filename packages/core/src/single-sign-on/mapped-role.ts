import type { Connection, MappedRole } from "@burgee/db";

/** The highest first. */
export const MAPPED_ROLES = ["admin", "editor", "viewer"] as const satisfies readonly MappedRole[];

/** What a provider's claims make of somebody; null for nothing, so that they don't come in. */
export function mappedRole(
  { roleClaim, roles, defaultRole }: Pick<Connection, "roleClaim" | "roles" | "defaultRole">,
  claims: Readonly<Record<string, unknown>>,
): MappedRole | null {
  const claimed = roleClaim !== null && Object.hasOwn(claims, roleClaim) ? claims[roleClaim] : undefined;
  const values = Array.isArray(claimed) ? claimed : [claimed];
  const given = values.flatMap((value) => {
    const role = typeof value === "string" && Object.hasOwn(roles, value) ? roles[value] : undefined;
    return role === undefined ? [] : [role];
  });
  return MAPPED_ROLES.find((role) => given.includes(role)) ?? defaultRole;
}
