/** Groups of a tenant's directory. What they give changes together with who is in them. */
import type { ScimGroup, ScimGroupId, ScimUserId, UserId, Writers } from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { scimGroupId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { demandSeen } from "./demand-seen.ts";
import { type DirectoryCaller, directoryActor, scimRefusal } from "./directory.ts";
import { giveRoles } from "./given-roles.ts";
import {
  groupVersion,
  groupView,
  patchedGroup,
  readGroup,
  type ScimGroupView,
  type SentGroup,
  tooManyMembers,
} from "./group-resource.ts";
import { groupCondition, type ListQuery, type ScimPage, windowOf } from "./list-input.ts";
import { readOperations } from "./patch.ts";
import { giving, type Target } from "./users.ts";

/** Whether members are wanted: some directories ask for groups without. */
export interface Wanted {
  readonly members: boolean;
}

export async function listScimGroups(
  { db, directory, baseUrl }: DirectoryCaller,
  query: ListQuery,
  wanted: Wanted,
): Promise<ScimPage<ScimGroupView>> {
  const [condition, window] = [groupCondition(query.filter), windowOf(query)];
  return db.read(directory.tenantId, async ({ scimGroups }) => {
    const { total, groups } = await scimGroups.list(condition, window);
    const ids = wanted.members ? groups.map(({ scimGroupId: id }) => id) : [];
    const members = await scimGroups.listMembers(ids);
    const resources = groups.map((group) => groupView(group, members.get(group.scimGroupId) ?? [], baseUrl));
    return { total, startIndex: window.offset + 1, resources };
  });
}

/** @throws {AppError} "scim_group_not_found" */
export async function getScimGroup(
  { db, directory, baseUrl }: DirectoryCaller,
  id: string,
  wanted: Wanted,
): Promise<ScimGroupView> {
  return db.read(directory.tenantId, async ({ scimGroups }) => {
    const group = await scimGroups.find(idOf(id));
    if (!group) throw noGroup();
    const members = await scimGroups.listMembers(wanted.members ? [group.scimGroupId] : []);
    return groupView(group, members.get(group.scimGroupId) ?? [], baseUrl);
  });
}

/** @throws {AppError} "scim_name_taken", "invalid_input", "last_owner", "break_glass_owner" */
export async function createScimGroup(caller: DirectoryCaller, body: unknown): Promise<ScimGroupView> {
  const sent = readGroup(body);
  const id = await caller.db.transact(caller.directory.tenantId, async (writers) => {
    await writers.members.lockAccess();
    await demandFreeName(writers, sent.displayName);
    if ((await writers.scimGroups.count()) >= LIMITS.scimGroupsPerTenant) {
      throw scimRefusal("tooMany", `A tenant has at most ${LIMITS.scimGroupsPerTenant} groups.`);
    }
    const id = await writers.scimGroups.create(sent);
    const { displayName } = sent;
    await note(caller, writers, "group.created", id, { after: { displayName } });
    await setMembers(caller, writers, { id, displayName }, new Map(), sent.members);
    return id;
  });
  return getScimGroup(caller, id, { members: true });
}

/** All of a group anew. @throws as {@link patchScimGroup} */
export function replaceScimGroup(
  caller: DirectoryCaller,
  target: Target,
  body: unknown,
): Promise<ScimGroupView> {
  const sent = readGroup(body);
  return change(caller, target, () => sent);
}

/**
 * @throws {AppError} "scim_group_not_found", "scim_name_taken", "version_conflict", "invalid_input", "last_owner",
 *   "break_glass_owner"
 */
export function patchScimGroup(
  caller: DirectoryCaller,
  target: Target,
  body: unknown,
): Promise<ScimGroupView> {
  const operations = readOperations(body);
  return change(caller, target, (group) => patchedGroup(group, operations));
}

/** @throws {AppError} "scim_group_not_found", "version_conflict", "last_owner", "break_glass_owner" */
export async function deleteScimGroup(caller: DirectoryCaller, target: Target): Promise<void> {
  await caller.db.transact(caller.directory.tenantId, async (writers) => {
    const { group, members } = await enter(writers, target);
    await writers.scimGroups.delete(group.scimGroupId);
    await giveAgain(caller, writers, [group.displayName], [...members.keys()]);
    const before = { displayName: group.displayName, members: members.size };
    await note(caller, writers, "group.deleted", group.scimGroupId, { before });
  });
}

type Members = ReadonlyMap<ScimUserId, UserId>;

async function change(
  caller: DirectoryCaller,
  target: Target,
  wanted: (group: SentGroup) => SentGroup,
): Promise<ScimGroupView> {
  await caller.db.transact(caller.directory.tenantId, async (writers) => {
    const { group, members } = await enter(writers, target);
    const { scimGroupId: id, displayName: before } = group;
    const next = wanted({ ...group, members: new Set(members.keys()) });
    const isRenamed = next.displayName !== before;
    if (isRenamed) await demandFreeName(writers, next.displayName);
    const isSameMembers =
      next.members.size === members.size && [...next.members].every((each) => members.has(each));
    if (!isRenamed && next.externalId === group.externalId && isSameMembers) return;

    await writers.scimGroups.save(id, next);
    if (isRenamed || next.externalId !== group.externalId) {
      const { displayName } = next;
      await note(caller, writers, "group.updated", id, {
        before: { displayName: before },
        after: { displayName },
      });
    }
    await setMembers(caller, writers, { id, displayName: next.displayName }, members, next.members);
    // Who stays in it has what its new name gives, and no longer what the old one gave.
    if (isRenamed) await giveAgain(caller, writers, [before, next.displayName], [...next.members]);
  });
  return getScimGroup(caller, target.id, { members: true });
}

async function setMembers(
  caller: DirectoryCaller,
  writers: Writers,
  { id, displayName }: { readonly id: ScimGroupId; readonly displayName: string },
  before: Members,
  wanted: ReadonlySet<ScimUserId>,
): Promise<void> {
  if (wanted.size > LIMITS.scimMembersPerGroup) throw tooManyMembers();
  const added = [...wanted].filter((each) => !before.has(each));
  const removed = [...before.keys()].filter((each) => !wanted.has(each));
  if (added.length + removed.length === 0) return;
  const people = await writers.scimUsers.listByIds(added);
  if (people.length < added.length) {
    throw scimRefusal(
      "invalidValue",
      "A member is the id of a User of this tenant, and one of these is none.",
    );
  }
  await writers.scimGroups.addMembers(id, added);
  await writers.scimGroups.removeMembers(id, removed);
  if (added.length > 0 && (await writers.scimGroups.countMemberships()) > LIMITS.scimMembershipsPerTenant) {
    throw scimRefusal(
      "tooMany",
      `All groups have at most ${LIMITS.scimMembershipsPerTenant} members together.`,
    );
  }
  const userIdsOf = (ids: readonly ScimUserId[]) => ids.flatMap((each) => before.get(each) ?? []);
  await note(caller, writers, "group.members_changed", id, {
    before: { removed: shown(userIdsOf(removed)) },
    after: { added: shown(people.map(({ userId }) => userId)) },
  });
  await giveAgain(caller, writers, [displayName], [...added, ...removed]);
}

/** Nothing is to be done where no role depends on these groups. */
async function giveAgain(
  caller: DirectoryCaller,
  writers: Writers,
  names: readonly string[],
  ids: readonly ScimUserId[],
): Promise<void> {
  const { roles } = await writers.scimSettings.find();
  if (!roles.some(({ group }) => names.includes(group))) return;
  await giveRoles(giving(caller), writers, await writers.scimUsers.listByIds(ids));
}

/** Waits for its turn among changes of access. @throws {AppError} "scim_group_not_found", "version_conflict" */
async function enter(
  writers: Writers,
  { id, ifMatch }: Target,
): Promise<{ readonly group: ScimGroup; readonly members: Members }> {
  await writers.members.lockAccess();
  const group = await writers.scimGroups.find(idOf(id));
  if (!group) throw noGroup();
  demandSeen(ifMatch, groupVersion(group));
  const listed = await writers.scimGroups.listMembers([group.scimGroupId]);
  const members = listed.get(group.scimGroupId) ?? [];
  return { group, members: new Map(members.map(({ scimUserId, userId }) => [scimUserId, userId])) };
}

async function demandFreeName({ scimGroups }: Writers, displayName: string): Promise<void> {
  if (!(await scimGroups.findByName(displayName))) return;
  throw new AppError("scim_name_taken", "Another Group of this tenant has this displayName.");
}

/** By reference, and as many as anybody looks through. */
function shown(userIds: readonly UserId[]): object {
  return { count: userIds.length, first: userIds.slice(0, LIMITS.usersNamed) };
}

function note(
  { directory, requestId }: DirectoryCaller,
  writers: Writers,
  action: string,
  id: ScimGroupId,
  states: { readonly before?: object; readonly after?: object },
): Promise<void> {
  return appendEntry(writers, directory.tenantId, {
    actor: directoryActor(directory),
    action,
    object: `group/${id}`,
    requestId,
    ...states,
  });
}

function idOf(id: string): ScimGroupId {
  const parsed = scimGroupId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw noGroup();
}

function noGroup(): AppError {
  return new AppError("scim_group_not_found", "There is no such Group in this tenant.");
}
