/** How it changes who may do what: one change of a tenant after the other, and nobody gives or takes what they lack. */
import type { Role, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { type Access, accessOf, isAllowed, levelOf, type Place, placesThroughout } from "./access.ts";
import type { Person } from "./caller.ts";
import { isBuiltIn, type Permission, permissionsOfRole } from "./permissions.ts";

/** A role, and what it lets people do. */
export interface RoleContent {
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
}

/** Who changes access: as their credential was found, which may be for less than they may, and as they are under the lock. */
export type Changer = readonly [now: Person, asFound: Person];

/**
 * Waits for its turn, and finds the person's roles as they are by then: they may have been taken meanwhile.
 * @throws {AppError} "forbidden" for who left
 */
export async function lockAccess({ members }: Writers, person: Person): Promise<Changer> {
  await members.lockAccess();
  const member = await members.find(person.userId);
  if (member) return [{ ...person, access: accessOf(member.role, member.bindings) }, person];
  throw new AppError("forbidden", "This needs a membership, which has ended.");
}

/** @throws {AppError} "forbidden" where one of the roles lets somebody do what the changer may not do, in the place or inside it */
export function demandHeld(changer: Changer, roles: readonly RoleContent[], place: Place): void {
  for (const { access } of changer) {
    for (const each of placesThroughout(access, place)) {
      for (const role of roles) demandHeldIn(access, role, each);
    }
  }
}

function demandHeldIn(access: Access, { role, permissions }: RoleContent, place: Place): void {
  const lacking = [...permissions].find((permission) => !isAllowed(access, permission, place));
  if (!lacking) return;
  const where = levelOf(place);
  const here = where === "tenant" ? "" : ` in one ${where}`;
  throw new AppError(
    "forbidden",
    `Nobody gives or takes what they lack: the role ${role} has the permission ${lacking}, and you have it not${here}.`,
    { details: { permission: lacking, role, lackedIn: where } },
  );
}

/** A role that can be bound. @throws {AppError} "invalid_input" where there is none of this name */
export async function bindableRole({ roles }: Writers, role: Role): Promise<RoleContent> {
  if (isBuiltIn(role)) return { role, permissions: permissionsOfRole(role, null) };
  const custom = await roles.find(role);
  if (custom) return { role, permissions: permissionsOfRole(role, custom.permissions) };
  throw refuse([{ pointer: "/role", code: "unknown_role", message: `There is no role ${role} here.` }]);
}
