/** What the groups of a directory give: roles in the tenant, in projects and in environments. */
import type { ScimRole, ScimSettings, Writers } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { bindableRole } from "../access/change-access.ts";
import { enterNamedPlace } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { entityKey } from "../names.ts";
import { giveRoles } from "./given-roles.ts";
import { groupName } from "./group-resource.ts";
import { demandProvisioning, type ProvisioningOwner } from "./scim-tokens.ts";

const scimRole = z.strictObject({
  /** A group's `displayName`. It need not be there yet. */
  group: groupName,
  role: entityKey,
  project: entityKey.optional(),
  environment: entityKey.optional(),
});

export const setScimRolesInput = z.strictObject({
  /** The one that was seen; 0 before anybody set anything. */
  version: z.int().min(0).max(LIMITS.version),
  /** Of who is in no group that gives a role in the tenant. */
  defaultRole: entityKey,
  /** The first that fits somebody counts: one in the tenant, and one in each place. */
  roles: z.array(scimRole).max(LIMITS.scimRolesPerTenant),
});

export interface ScimRolesView {
  readonly version: number;
  readonly defaultRole: string;
  readonly roles: readonly {
    readonly group: string;
    readonly role: string;
    readonly project: string | null;
    readonly environment: string | null;
  }[];
}

/** @throws {AppError} "forbidden" */
export async function getScimRoles({ db, person }: Caller): Promise<ScimRolesView> {
  demand(person, "scim.write", TENANT);
  return db.read(person.tenantId, async (readers) => {
    const { version, defaultRole, roles } = await readers.scimSettings.find();
    const views = [];
    for (const { group, role, projectId, environmentId } of roles) {
      const project = projectId && (await readers.projects.find(projectId));
      const environment = environmentId && (await readers.environments.find(environmentId));
      const place = { project: project?.key ?? null, environment: environment?.key ?? null };
      views.push({ group, role, ...place });
    }
    return { version, defaultRole, roles: views };
  });
}

/**
 * Replaces all of it, and gives everybody what their groups give from now on.
 * @throws {AppError} "forbidden", "proof_needed", "version_conflict", "invalid_input", "project_not_found",
 *   "environment_not_found", "last_owner", "break_glass_owner"
 */
export async function setScimRoles(
  caller: ProvisioningOwner,
  { version, defaultRole, roles }: z.output<typeof setScimRolesInput>,
): Promise<{ readonly version: number }> {
  const { tenantId } = demandProvisioning(caller);
  return caller.db.transact(tenantId, async (writers) => {
    await writers.members.lockAccess();
    const before = await writers.scimSettings.find();
    if (before.version !== version) throw conflict(before.version, version);
    if (defaultRole === "owner") throw refuse([notForAll]);
    await bindableRole(writers, defaultRole);
    const placed = [];
    for (const role of roles) placed.push(await place(caller, writers, role));
    const next: ScimSettings = { version: version + 1, defaultRole, roles: placed };
    await writers.scimSettings.save(next);
    await giveRoles(
      { ...caller, tenantId, actor: actorOf(caller.person) },
      writers,
      await writers.scimUsers.listActive(),
    );
    await appendEntry(writers, tenantId, {
      actor: actorOf(caller.person),
      action: "scim.roles_changed",
      object: `tenant/${tenantId}`,
      requestId: caller.requestId,
      before: shown(before),
      after: shown(next),
    });
    return { version: next.version };
  });
}

const notForAll = {
  pointer: "/defaultRole",
  code: "not_grantable",
  message: "Not everybody is an owner: name a group that makes owners.",
};

async function place(
  { person }: Caller,
  writers: Writers,
  { group, role, project, environment }: z.output<typeof scimRole>,
): Promise<ScimRole> {
  await bindableRole(writers, role);
  if (environment !== undefined && project === undefined) {
    throw refuse([{ pointer: "/roles", code: "required", message: "Name the environment's project too." }]);
  }
  if (project !== undefined && role === "owner") {
    const message = "Owners own the tenant, and no part of it; give another role, such as admin.";
    throw refuse([{ pointer: "/roles", code: "not_grantable", message }]);
  }
  const named = await enterNamedPlace(writers, person, "member.write", { project, environment });
  return {
    group,
    role,
    projectId: named.project?.projectId ?? null,
    environmentId: named.environment?.environmentId ?? null,
  };
}

function shown({ defaultRole, roles }: ScimSettings): object {
  return { defaultRole, roles };
}

function conflict(current: number, expected: number): AppError {
  return new AppError(
    "version_conflict",
    `Somebody changed this meanwhile: it is at version ${current}, and you changed version ${expected}.`,
    { details: { expectedVersion: expected, currentVersion: current } },
  );
}
