import type { Role } from "@burgee/db";
import { z } from "zod";
import { bindingFor, isAllowed, levelOf } from "./access.ts";
import type { Caller } from "./caller.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import { enterAsSelf, environmentScope } from "./scope.ts";

export const getOwnAccessInput = z.strictObject(environmentScope);

export interface OwnAccess {
  /** The one that decides in this place, and where it is bound. */
  readonly role: Role;
  readonly boundTo: "tenant" | "project" | "environment";
  /** All that whoever asks may do here; by a key that is for less, that. */
  readonly permissions: readonly Permission[];
}

/**
 * What the caller may do in a place: in an environment, a project, or the tenant where neither is named.
 * @throws {AppError} for a place of which they know nothing, "forbidden"; "project_not_found", "environment_not_found"
 */
export async function getOwnAccess(
  { db, person }: Pick<Caller, "db" | "person">,
  input: z.output<typeof getOwnAccessInput>,
): Promise<OwnAccess> {
  const named = await db.read(person.tenantId, (readers) => enterAsSelf(readers, person, input));
  const place = { projectId: named.project?.projectId, environmentId: named.environment?.environmentId };
  const { role, place: bound } = bindingFor(person.access, place);
  return {
    role,
    boundTo: levelOf(bound),
    permissions: PERMISSIONS.filter((permission) => isAllowed(person.access, permission, place)),
  };
}
