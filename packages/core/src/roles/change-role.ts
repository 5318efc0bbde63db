import type { CustomRole, Writers } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { demandHeld, lockAccess } from "../access/change-access.ts";
import { permissionsOfRole } from "../access/permissions.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { version } from "../names.ts";
import { roleContent, roleKey } from "./role-input.ts";
import { type RoleView, roleView } from "./role-view.ts";

/** The version is the one that the caller has seen; another one there is a conflict. */
const target = { key: roleKey, expectedVersion: version };

export const updateRoleInput = z.strictObject({ ...target, ...roleContent });
export const deleteRoleInput = z.strictObject(target);

/**
 * Replaces what a role is, for everybody who has it.
 * @throws {AppError} "forbidden", "role_not_found", "version_conflict"
 */
export async function updateRole(caller: Caller, input: z.output<typeof updateRoleInput>): Promise<RoleView> {
  return change(caller, input, async (writers, before) => {
    const saved = await writers.roles.save({ ...before, ...contentOf(input) }, actorOf(caller.person));
    if (!saved) throw new Error(`The role ${before.key} changed under the tenant's lock.`);
    return { action: "role.updated", after: saved };
  });
}

/** Ends a role that nobody has any more. @throws {AppError} "forbidden", "role_not_found", "role_in_use", "version_conflict" */
export async function deleteRole(caller: Caller, input: z.infer<typeof deleteRoleInput>): Promise<RoleView> {
  return change(caller, input, async (writers, before) => {
    const uses = await writers.roles.countUses(before.key);
    if (uses.members + uses.grants + uses.groupRules > 0) {
      const message = `The role ${before.key} is that of ${uses.members} members and ${uses.grants} grants, and ${uses.groupRules} rules give it to groups; give these another one first.`;
      throw new AppError("role_in_use", message, { details: uses });
    }
    await writers.roles.delete(before.key);
    return { action: "role.deleted", after: null };
  });
}

type Content = Pick<CustomRole, "name" | "permissions">;

async function change(
  { db, person, requestId }: Caller,
  input: z.infer<typeof deleteRoleInput> & Partial<Content>,
  work: (
    writers: Writers,
    before: CustomRole,
  ) => Promise<{ readonly action: string; readonly after: CustomRole | null }>,
): Promise<RoleView> {
  return db.transact(person.tenantId, async (writers) => {
    const changer = await lockAccess(writers, person);
    demand(changer[0], "role.write", TENANT);
    const before = await writers.roles.find(input.key);
    if (!before) throw new AppError("role_not_found", `There is no role ${input.key} of this tenant's own.`);
    const contents = [before.permissions, input.permissions ?? []].map((permissions) => ({
      role: input.key,
      permissions: permissionsOfRole(input.key, permissions),
    }));
    demandHeld(changer, contents, TENANT);
    if (before.version !== input.expectedVersion) throw conflict(before, input.expectedVersion);

    const { action, after } = await work(writers, before);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action,
      object: `role/${before.key}`,
      requestId,
      before: contentOf(before),
      after: after && contentOf(after),
    });
    return roleView(after ?? before);
  });
}

function contentOf({ name, permissions }: Content): Content {
  return { name, permissions };
}

function conflict(current: CustomRole, expectedVersion: number): AppError {
  return new AppError(
    "version_conflict",
    `Somebody changed this role meanwhile: it is at version ${current.version}, and you changed version ${expectedVersion}.`,
    { details: { expectedVersion, current: roleView(current) } },
  );
}
