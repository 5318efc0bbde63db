/**
 * What somebody may do where. A role is bound to the tenant, and others may be bound to a project or an environment of it:
 * the most exact binding for a place decides, be it more or less than the one around it. Owners are owners everywhere.
 */
import type { Bindings, EnvironmentId, ProjectId, Role } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { type Permission, permissionsOfRole } from "./permissions.ts";

/** A tenant has projects, and these have environments; what is not named is the whole of it. */
export interface Place {
  readonly projectId?: ProjectId | undefined;
  readonly environmentId?: EnvironmentId | undefined;
}

export const TENANT: Place = {};

export interface Binding {
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  readonly place: Place;
}

export interface Access {
  readonly tenant: Binding;
  /** In projects and environments. */
  readonly grants: readonly Binding[];
}

/** Of who has no other role than a built-in one. */
const NO_OTHERS: Bindings = { permissions: null, grants: [] };

export function accessOf(role: Role, { permissions, grants }: Bindings = NO_OTHERS): Access {
  return {
    tenant: { role, permissions: permissionsOfRole(role, permissions), place: TENANT },
    grants: grants.map(({ projectId, environmentId, ...grant }) => ({
      role: grant.role,
      permissions: permissionsOfRole(grant.role, grant.permissions),
      place: environmentId ? { projectId, environmentId } : { projectId },
    })),
  };
}

/** Every binding that covers a place, the most exact first; the tenant's is the last. */
export function bindingsAround({ tenant, grants }: Access, place: Place): readonly Binding[] {
  const inProject = { projectId: place.projectId };
  return [
    ...grants.filter((grant) => place.environmentId !== undefined && isSamePlace(grant.place, place)),
    ...grants.filter((grant) => isSamePlace(grant.place, inProject)),
    tenant,
  ];
}

/** The one that decides. */
export function bindingFor(access: Access, place: Place): Binding {
  const [mostExact = access.tenant] = bindingsAround(access, place);
  return access.tenant.role === "owner" ? access.tenant : mostExact;
}

export function isAllowed(access: Access, permission: Permission, place: Place): boolean {
  return bindingFor(access, place).permissions.has(permission);
}

/** Whether the place makes no difference. */
export function isSameEverywhere({ tenant, grants }: Access): boolean {
  return tenant.role === "owner" || grants.length === 0;
}

/** A place, and those inside it where another binding decides: whoever holds something in all of these holds it throughout. */
export function placesThroughout({ grants }: Access, place: Place): readonly Place[] {
  return [place, ...grants.map((grant) => grant.place).filter((inner) => isInside(inner, place))];
}

/** @throws {AppError} "forbidden", naming the permission that is missing */
export function demand({ access }: { readonly access: Access }, permission: Permission, place: Place): void {
  const { role, permissions, place: bound } = bindingFor(access, place);
  if (permissions.has(permission)) return;
  const where = levelOf(bound);
  const here = where === "tenant" ? "" : `, which is yours in this ${where},`;
  throw new AppError(
    "forbidden",
    `This needs the permission ${permission}, which the role ${role}${here} lacks.`,
    { details: { permission, role, boundTo: where } },
  );
}

/** In the place and wherever inside it another binding decides. @throws {AppError} "forbidden" */
export function demandThroughout(
  person: { readonly access: Access },
  permission: Permission,
  place: Place,
): void {
  for (const each of placesThroughout(person.access, place)) demand(person, permission, each);
}

/** In the place or anywhere inside it. @throws {AppError} "forbidden" */
export function demandSomewhere(
  person: { readonly access: Access },
  permission: Permission,
  place: Place,
): void {
  if (!isAllowedSomewhere(person.access, permission, place)) demand(person, permission, place);
}

export function isAllowedSomewhere(access: Access, permission: Permission, place: Place): boolean {
  return placesThroughout(access, place).some((each) => isAllowed(access, permission, each));
}

export function levelOf({ projectId, environmentId }: Place): "tenant" | "project" | "environment" {
  if (environmentId !== undefined) return "environment";
  return projectId === undefined ? "tenant" : "project";
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.projectId === other.projectId && one.environmentId === other.environmentId;
}

function isInside(inner: Place, outer: Place): boolean {
  if (outer.projectId === undefined) return true;
  if (outer.environmentId !== undefined) return false;
  return inner.projectId === outer.projectId && inner.environmentId !== undefined;
}
