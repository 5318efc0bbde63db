/**
 * What somebody may do where. A role is bound to the tenant, and others may be bound to a project or an environment of it:
 * the most exact binding for a place decides, be it more or less than the one around it. Owners are owners everywhere.
 */
import type { Bindings, EnvironmentId, KeyReach, ProjectId, Role } from "@burgee/db";
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
  /** What a personal key is for, of all that its person may do; left out, all of it. */
  readonly reach?: KeyReach;
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

/** The same person's, by a key that may be for less. */
export function withReach(access: Access, reach: KeyReach): Access {
  return reach.permissions || reach.environments ? { ...access, reach } : access;
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
  return bindingFor(access, place).permissions.has(permission) && isReached(access.reach, permission, place);
}

/** Whether what a key is for, where it is for less than its person may do, covers this. */
export function isWithinKey({ reach }: Access, permission: Permission, place: Place): boolean {
  return isReached(reach, permission, place);
}

/** Whether the place makes no difference. */
export function isSameEverywhere({ tenant, grants, reach }: Access): boolean {
  return !reach?.environments && (tenant.role === "owner" || grants.length === 0);
}

function isReached(reach: KeyReach | undefined, permission: Permission, place: Place): boolean {
  if (!reach) return true;
  const { permissions, environments } = reach;
  if (permissions && !permissions.includes(permission)) return false;
  return !environments || environments.some((each) => isSamePlace(each, place));
}

/** A place, and those inside it where another binding decides: whoever holds something in all of these holds it throughout. */
export function placesThroughout({ grants, reach }: Access, place: Place): readonly Place[] {
  const places = [...grants.map((grant) => grant.place), ...(reach?.environments ?? [])];
  return [place, ...places.filter((inner) => isInside(inner, place))];
}

/** @throws {AppError} "forbidden", naming the permission that is missing */
export function demand({ access }: { readonly access: Access }, permission: Permission, place: Place): void {
  if (isAllowed(access, permission, place)) return;
  const { role, permissions, place: bound } = bindingFor(access, place);
  if (permissions.has(permission)) throw beyondKey(permission, access.reach);
  const where = levelOf(bound);
  const here = where === "tenant" ? "" : `, which is yours in this ${where},`;
  throw new AppError(
    "forbidden",
    `This needs the permission ${permission}, which the role ${role}${here} lacks.`,
    { details: { permission, role, boundTo: where } },
  );
}

function beyondKey(permission: Permission, reach: KeyReach | undefined): AppError {
  const isForLess = reach?.permissions && !reach.permissions.includes(permission);
  return new AppError(
    "forbidden",
    isForLess
      ? `This needs the permission ${permission}, which this key was issued without.`
      : "This key was issued for other places.",
    { details: { permission, limitedBy: isForLess ? "permissions" : "environments" } },
  );
}

/** @throws {AppError} "forbidden" for a key that was issued for less than its person may do */
export function demandWhole({ access }: { readonly access: Access }): void {
  if (!access.reach) return;
  throw new AppError(
    "forbidden",
    "This takes a sign-in, or a personal key that is good for all that its person may do.",
    { details: { limitedBy: access.reach.permissions ? "permissions" : "environments" } },
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

export function isAllowedThroughout(access: Access, permission: Permission, place: Place): boolean {
  return placesThroughout(access, place).every((each) => isAllowed(access, permission, each));
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
