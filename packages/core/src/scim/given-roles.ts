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
  Writers,
} from "@burgee/db";
import { appendEntries, type Happening } from "../audit/append-entry.ts";
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
 * Brings members to what their groups give now: thousands at once, in a few statements. The caller holds the lock that orders
 * changes of access.
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
  const roles = await writers.members.listRoles(userIds);
  const standing = Map.groupBy(await writers.grants.listOfPeople(userIds), ({ userId }) => userId);

  const changes = people.flatMap((person) => {
    const role = roles.get(person.userId);
    if (role === undefined) return [];
    const names = groups.get(person.scimUserId)?.map(({ name }) => name) ?? [];
    const given = rolesOfGroups(settings, names);
    return { person, role, given, grants: grantChanges(given.grants, standing.get(person.userId) ?? []) };
  });
  await giveTenantRoles(giving, writers, changes);
  await giveGrants(giving, writers, changes);
}

interface PersonChange {
  readonly person: ScimUser;
  readonly role: Role;
  readonly given: Given;
  readonly grants: GrantChanges;
}

async function giveTenantRoles(
  giving: Giving,
  writers: Writers,
  changes: readonly PersonChange[],
): Promise<void> {
  const news = changes.filter(({ person, given }) => given.role !== person.givenRole);
  for (const [role, people] of Map.groupBy(news, ({ given }) => given.role)) {
    const ids = people.map(({ person }) => person.scimUserId);
    await writers.scimUsers.setGivenRole(ids, role);
  }
  // Whom an owner made an owner here stays one: a directory unmakes only whom it made.
  const changed = news.filter(
    ({ person, role, given }) => role !== given.role && (role !== "owner" || person.givenRole === "owner"),
  );
  for (const [role, people] of Map.groupBy(changed, ({ given }) => given.role)) {
    const userIds = people.map(({ person }) => person.userId);
    await writers.members.setRoles(userIds, role);
  }
  const unmade = changed.filter(({ role }) => role === "owner").map(({ person }) => person.userId);
  if (unmade.length > 0) await demandOwnersLeft(giving, writers, unmade);
  await appendEntries(
    writers,
    giving.tenantId,
    changed.map(({ person, role, given }) => ({
      actor: giving.actor,
      action: "member.role_changed",
      object: `member/${person.userId}`,
      requestId: giving.requestId,
      before: { role },
      after: { role: given.role },
    })),
  );
}

interface GrantChanges {
  /** With the role that was given before; null where none was. */
  readonly set: readonly { readonly grant: Grant; readonly before: Role | null }[];
  readonly removed: readonly Grant[];
}

function grantChanges(wanted: readonly Grant[], standing: readonly StandingGrant[]): GrantChanges {
  const places = new Map(standing.map((grant) => [placeOf(grant), grant]));
  const wantedPlaces = new Set(wanted.map(placeOf));
  return {
    set: wanted.flatMap((grant) => {
      const there = places.get(placeOf(grant));
      const stays = there && (there.role === grant.role || !isGiven(there));
      return stays ? [] : { grant, before: there?.role ?? null };
    }),
    removed: standing.filter((grant) => isGiven(grant) && !wantedPlaces.has(placeOf(grant))),
  };
}

async function giveGrants(giving: Giving, writers: Writers, changes: readonly PersonChange[]): Promise<void> {
  const set = changes.flatMap(({ person: { userId }, grants }) =>
    grants.set.map(({ grant, before }) => ({ ...grant, userId, before })),
  );
  const removed = changes.flatMap(({ person: { userId }, grants }) =>
    grants.removed.map((grant) => ({ ...grant, userId })),
  );
  await writers.grants.setAll(set, giftOf(giving));
  await writers.grants.removeAll(removed);
  const keys = await keysOf(writers, [...set, ...removed]);
  const happening = (action: string, grant: GrantOfPerson, states: Pick<Happening, "before" | "after">) => ({
    actor: giving.actor,
    action,
    object: `grant/${grant.userId}/${keys.get(placeOf(grant))}`,
    ...(grant.environmentId && { environmentId: grant.environmentId }),
    requestId: giving.requestId,
    ...states,
  });
  await appendEntries(writers, giving.tenantId, [
    ...set.map(({ before, ...grant }) =>
      happening("grant.set", grant, {
        before: before === null ? null : { role: before },
        after: { role: grant.role },
      }),
    ),
    ...removed.map((grant) =>
      happening("grant.removed", grant, { before: { role: grant.role }, after: null }),
    ),
  ]);
}

/** What the places of grants are called: `web`, `web/production`. */
async function keysOf(writers: Writers, grants: readonly Grant[]): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for (const grant of grants) {
    if (keys.has(placeOf(grant))) continue;
    const project = await writers.projects.find(grant.projectId);
    const environment = grant.environmentId && (await writers.environments.find(grant.environmentId));
    const names = [project?.key ?? grant.projectId, ...(environment ? [environment.key] : [])];
    keys.set(placeOf(grant), names.join("/"));
  }
  return keys;
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
