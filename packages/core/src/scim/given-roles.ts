/** Gives people what their groups give. A role or a grant that somebody set here by hand stays until the groups say something new. */
import type {
  Actor,
  Grant,
  GrantOfPerson,
  Role,
  ScimSettings,
  ScimUser,
  SystemDatabase,
  TenantId,
  UserId,
  Writers,
} from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { demandOwnersLeft } from "./demand-owners-left.ts";

/** By whom, and by which request, people get other roles. */
export interface Giving {
  readonly system: SystemDatabase;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly requestId: string;
}

interface Given {
  readonly role: Role;
  readonly grants: readonly Grant[];
}

type StandingGrant = GrantOfPerson & { readonly createdBy: string };

/** What being in some groups gives: of what fits, the first in the tenant, and the first in each place. */
export function rolesOfGroups(
  { defaultRole, roles }: Pick<ScimSettings, "defaultRole" | "roles">,
  groups: readonly string[],
): Given {
  const fitting = roles.filter(({ group }) => groups.includes(group));
  const inTenant = fitting.find(({ projectId }) => projectId === null);
  const grants = new Map<string, Grant>();
  for (const { projectId, environmentId, role } of fitting) {
    if (projectId === null) continue;
    const grant = { projectId, environmentId, role };
    if (!grants.has(placeOf(grant))) grants.set(placeOf(grant), grant);
  }
  return { role: inTenant?.role ?? defaultRole, grants: [...grants.values()] };
}

/**
 * Brings members to what their groups give now. The caller holds the lock that orders changes of access.
 * @throws {AppError} "last_owner", "break_glass_owner"
 */
export async function giveRoles(
  giving: Giving,
  writers: Writers,
  people: readonly ScimUser[],
): Promise<void> {
  if (people.length === 0) return;
  const userIds = people.map(({ userId }) => userId);
  const settings = await writers.scimSettings.find();
  const groups = await writers.scimUsers.listGroupsOf(people.map(({ scimUserId }) => scimUserId));
  const memberRoles = await writers.members.listRoles(userIds);
  const grants = Map.groupBy(await writers.grants.listOfPeople(userIds), ({ userId }) => userId);
  const unmade: UserId[] = [];
  for (const person of people) {
    const role = memberRoles.get(person.userId);
    if (role === undefined) continue;
    const names = groups.get(person.scimUserId)?.map(({ name }) => name) ?? [];
    const given = rolesOfGroups(settings, names);
    if (await giveTenantRole(giving, writers, { person, role, given })) {
      if (role === "owner") unmade.push(person.userId);
    }
    await giveGrants(giving, writers, person.userId, given.grants, grants.get(person.userId) ?? []);
  }
  if (unmade.length > 0) await demandOwnersLeft(giving, writers, unmade);
}

/** True where the member's role is another one now. */
async function giveTenantRole(
  { tenantId, actor, requestId }: Giving,
  writers: Writers,
  { person, role, given }: { readonly person: ScimUser; readonly role: Role; readonly given: Given },
): Promise<boolean> {
  const { userId, givenRole } = person;
  if (given.role === givenRole) return false;
  await writers.scimUsers.setGivenRole(person.scimUserId, given.role);
  // Whom an owner made an owner here stays one: a directory unmakes only whom it made.
  const isOwnOwner = role === "owner" && givenRole !== "owner";
  if (role === given.role || isOwnOwner) return false;
  await writers.members.setRole(userId, given.role);
  await appendEntry(writers, tenantId, {
    actor,
    action: "member.role_changed",
    object: `member/${userId}`,
    requestId,
    before: { role },
    after: { role: given.role },
  });
  return true;
}

async function giveGrants(
  giving: Giving,
  writers: Writers,
  userId: UserId,
  wanted: readonly Grant[],
  standing: readonly StandingGrant[],
): Promise<void> {
  const places = new Map(standing.map((grant) => [placeOf(grant), grant]));
  for (const grant of wanted) {
    const there = places.get(placeOf(grant));
    if (there && (there.role === grant.role || !isGiven(there))) continue;
    const { projectId, environmentId, role } = grant;
    await writers.grants.set({ userId, projectId, environmentId, role }, giftOf(giving));
    await noteGrant(giving, writers, "grant.set", { ...grant, userId }, there?.role ?? null);
  }
  const wantedPlaces = new Set(wanted.map(placeOf));
  for (const grant of standing) {
    if (!isGiven(grant) || wantedPlaces.has(placeOf(grant))) continue;
    await writers.grants.remove(grant);
    await noteGrant(giving, writers, "grant.removed", grant, grant.role);
  }
}

async function noteGrant(
  { tenantId, actor, requestId }: Giving,
  writers: Writers,
  action: "grant.set" | "grant.removed",
  { userId, projectId, environmentId, role }: GrantOfPerson,
  before: Role | null,
): Promise<void> {
  const project = await writers.projects.find(projectId);
  const environment = environmentId && (await writers.environments.find(environmentId));
  const keys = [userId, project?.key ?? projectId, ...(environment ? [environment.key] : [])];
  await appendEntry(writers, tenantId, {
    actor,
    action,
    object: `grant/${keys.join("/")}`,
    ...(environmentId && { environmentId }),
    requestId,
    before: before === null ? null : { role: before },
    after: action === "grant.set" ? { role } : null,
  });
}

/** Tells a grant that groups gave from one that somebody set by hand, whoever's request it was. */
const GIFT = "scim:";

function giftOf({ actor }: Giving): string {
  return actor.startsWith(GIFT) ? actor : `${GIFT}roles`;
}

function isGiven({ createdBy }: Pick<StandingGrant, "createdBy">): boolean {
  return createdBy.startsWith(GIFT);
}

function placeOf({ projectId, environmentId }: Pick<Grant, "projectId" | "environmentId">): string {
  return `${projectId}/${environmentId}`;
}
