import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { demandHeld, lockAccess } from "../access/change-access.ts";
import { permissionsOfRole } from "../access/permissions.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { roleContent, roleKey } from "./role-input.ts";
import { type RoleView, roleView } from "./role-view.ts";

export const createRoleInput = z.strictObject({ key: roleKey, ...roleContent });

/** @throws {AppError} "forbidden", "role_key_taken", "limit_reached" */
export async function createRole(
  { db, person, requestId }: Caller,
  input: z.output<typeof createRoleInput>,
): Promise<RoleView> {
  return db.transact(person.tenantId, async (writers) => {
    const changer = await lockAccess(writers, person);
    demand(changer[0], "role.write", TENANT);
    const content = { role: input.key, permissions: permissionsOfRole(input.key, input.permissions) };
    demandHeld(changer, [content], TENANT);
    if ((await writers.roles.list()).length >= LIMITS.rolesPerTenant) {
      const message = `A tenant has at most ${LIMITS.rolesPerTenant} roles of its own; delete one first.`;
      throw new AppError("limit_reached", message);
    }

    const role = await writers.roles.create(input, actorOf(person));
    if (!role)
      throw new AppError("role_key_taken", `There is a role ${input.key} already; choose another key.`);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "role.created",
      object: `role/${role.key}`,
      requestId,
      after: { name: role.name, permissions: role.permissions },
    });
    return roleView(role);
  });
}
