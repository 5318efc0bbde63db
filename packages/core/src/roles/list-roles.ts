import { demandSomewhere, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { BUILT_IN_ROLES } from "../access/permissions.ts";
import { builtInRoleView, type RoleView, roleView } from "./role-view.ts";

/** The built-in roles, the least first, then the tenant's own in the order of their keys. */
export async function listRoles({ db, person }: Caller): Promise<readonly RoleView[]> {
  demandSomewhere(person, "member.read", TENANT);
  const custom = await db.read(person.tenantId, ({ roles }) => roles.list());
  return [...BUILT_IN_ROLES.map(builtInRoleView), ...custom.map(roleView)];
}
