/** People whom a tenant's directory manages: what they are called, and whether they are members. */
import type { ScimProfile, ScimUser, ScimUserId, SdkKeyId, UserId, Writers } from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { scimUserId } from "../ids.ts";
import { hashOfNothing } from "../people/passwords.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { deactivate, endMembership, reactivate } from "./activity.ts";
import { demandFree, demandProvedDomain, demandRoom, taken } from "./demand-provisionable.ts";
import { demandSeen } from "./demand-seen.ts";
import { type DirectoryCaller, directoryActor } from "./directory.ts";
import { type Giving, giveRoles, rolesOfGroups } from "./given-roles.ts";
import { type ListQuery, type ScimPage, userCondition, windowOf } from "./list-input.ts";
import { patched, readOperations } from "./patch.ts";
import {
  draftOf,
  KEPT_ATTRIBUTES,
  readUser,
  type ScimUserView,
  type SentUser,
  userVersion,
  userView,
} from "./user-resource.ts";

/** A resource that is named, and the version that the directory has seen, where it says so. */
export interface Target {
  readonly id: string;
  readonly ifMatch: string | undefined;
}

export async function listScimUsers(
  { db, directory, baseUrl }: DirectoryCaller,
  query: ListQuery,
): Promise<ScimPage<ScimUserView>> {
  const [condition, window] = [userCondition(query.filter), windowOf(query)];
  return db.read(directory.tenantId, async ({ scimUsers }) => {
    const { total, users } = await scimUsers.list(condition, window);
    const groups = await scimUsers.listGroupsOf(users.map(({ scimUserId: id }) => id));
    const resources = users.map((user) => userView(user, groups.get(user.scimUserId) ?? [], baseUrl));
    return { total, startIndex: window.offset + 1, resources };
  });
}

/** @throws {AppError} "scim_user_not_found" */
export async function getScimUser(
  { db, directory, baseUrl }: DirectoryCaller,
  id: string,
): Promise<ScimUserView> {
  return db.read(directory.tenantId, async ({ scimUsers }) => {
    const user = await scimUsers.find(idOf(id));
    if (!user) throw noUser();
    const groups = await scimUsers.listGroupsOf([user.scimUserId]);
    return userView(user, groups.get(user.scimUserId) ?? [], baseUrl);
  });
}

/**
 * Takes somebody in. Who is a member already by this address stays who they are and is managed from now on; anybody else gets
 * an account of this tenant's own, whatever accounts the address has elsewhere: nothing is told of these, or taken from them.
 * @throws {AppError} "scim_name_taken", "invalid_input", "last_owner", "break_glass_owner", "quota_exceeded"
 */
export async function createScimUser(caller: DirectoryCaller, body: unknown): Promise<ScimUserView> {
  const { profile, active } = readUser(body);
  const { tenantId } = caller.directory;
  const { id, ended } = await caller.db.transact(tenantId, async (writers) => {
    await writers.members.lockAccess();
    await demandFree(writers, profile);
    await demandProvedDomain(writers, profile.email);
    await demandRoom(writers);
    const { role } = rolesOfGroups(await writers.scimSettings.find(), []);
    // Whoever joins takes the same lock: nobody comes to be a second time between this look and the new account.
    const member = await caller.system.credentials.findMember(tenantId, profile.email);
    const known = member && (await writers.members.find(member.userId));
    if (known && (await writers.scimUsers.findByPerson(known.userId))) throw taken("person");
    const userId = known?.userId ?? (await addPerson(writers, profile));
    if (known) await rename(writers, userId, profile);
    else {
      await demandQuota(writers, "members");
      await writers.tenants.addMember(userId, role);
    }
    const id = await writers.scimUsers.create(userId, profile, role);
    await note(caller, writers, "member.provisioned", userId, {
      after: { role: known?.role ?? role, scimUser: id, wasMember: known !== undefined },
    });
    const ended = active === false ? await deactivate(giving(caller), writers, await found(writers, id)) : [];
    return { id, ended };
  });
  announce(caller, ended);
  return getScimUser(caller, id);
}

/** All of somebody anew; whether they are active stays as it is where nothing is said of it. @throws as {@link patchScimUser} */
export function replaceScimUser(
  caller: DirectoryCaller,
  target: Target,
  body: unknown,
): Promise<ScimUserView> {
  const sent = readUser(body);
  return change(caller, target, () => sent);
}

/**
 * @throws {AppError} "scim_user_not_found", "scim_name_taken", "version_conflict", "invalid_input",
 *   "last_owner", "break_glass_owner"
 */
export function patchScimUser(caller: DirectoryCaller, target: Target, body: unknown): Promise<ScimUserView> {
  const operations = readOperations(body);
  return change(caller, target, (user) => readUser(patched(draftOf(user), operations, KEPT_ATTRIBUTES)));
}

/**
 * Forgets somebody: the membership ends, and nothing of it comes back with who is created anew.
 * @throws {AppError} "scim_user_not_found", "version_conflict", "last_owner", "break_glass_owner"
 */
export async function deleteScimUser(caller: DirectoryCaller, target: Target): Promise<void> {
  const { tenantId } = caller.directory;
  const ended = await caller.db.transact(tenantId, async (writers) => {
    const user = await enter(writers, target);
    const ended = await endMembership(giving(caller), writers, user);
    await writers.scimUsers.changePerson(user.userId, {
      email: `${user.userId}@deprovisioned.invalid`,
      name: "Deprovisioned",
    });
    await writers.scimUsers.delete(user.scimUserId);
    await note(caller, writers, "member.deprovisioned", user.userId, {
      before: ended ? { role: ended.suspended.role } : null,
      after: { endedKeys: ended?.keyIds.length ?? 0 },
    });
    return ended?.keyIds ?? [];
  });
  announce(caller, ended);
}

async function change(
  caller: DirectoryCaller,
  target: Target,
  wanted: (user: ScimUser) => SentUser,
): Promise<ScimUserView> {
  const { tenantId } = caller.directory;
  const ended = await caller.db.transact(tenantId, async (writers) => {
    const user = await enter(writers, target);
    const { profile, active = user.isActive } = wanted(user);
    const changed = changedIn(user, profile);
    if (changed.length > 0) {
      await demandFree(writers, profile, user.scimUserId);
      if (profile.email !== user.email) await demandProvedDomain(writers, profile.email);
      await writers.scimUsers.setProfile(user.scimUserId, profile);
      await rename(writers, user.userId, profile);
      await note(caller, writers, "member.renamed", user.userId, { after: { changed } });
    }
    if (active === user.isActive) return [];
    if (!active) return deactivate(giving(caller), writers, user);
    await reactivate(giving(caller), writers, user);
    await giveRoles(giving(caller), writers, [await found(writers, user.scimUserId)]);
    return [];
  });
  announce(caller, ended);
  return getScimUser(caller, target.id);
}

/** Waits for its turn among changes of access. @throws {AppError} "scim_user_not_found", "version_conflict" */
async function enter(writers: Writers, { id, ifMatch }: Target): Promise<ScimUser> {
  await writers.members.lockAccess();
  const user = await writers.scimUsers.find(idOf(id));
  if (!user) throw noUser();
  demandSeen(ifMatch, userVersion(user));
  return user;
}

/** The only way in is the tenant's provider. */
function addPerson({ scimUsers }: Writers, { email, displayName: name }: ScimProfile): Promise<UserId> {
  return scimUsers.addPerson({ email, name, passwordHash: hashOfNothing() });
}

/** An account that is not this tenant's own keeps its name: it is the person's. */
async function rename({ scimUsers }: Writers, userId: UserId, profile: ScimProfile): Promise<void> {
  await scimUsers.changePerson(userId, { email: profile.email, name: profile.displayName });
}

async function found({ scimUsers }: Writers, id: ScimUserId): Promise<ScimUser> {
  const user = await scimUsers.find(id);
  if (!user) throw new Error("A User is gone within its own transaction.");
  return user;
}

function changedIn(user: ScimUser, profile: ScimProfile): readonly string[] {
  return Object.entries(profile).flatMap(([name, value]) =>
    Reflect.get(user, name) === value ? [] : [name],
  );
}

export function giving({ system, directory, requestId }: DirectoryCaller): Giving {
  return { system, tenantId: directory.tenantId, actor: directoryActor(directory), requestId };
}

function note(
  { directory, requestId }: DirectoryCaller,
  writers: Writers,
  action: string,
  userId: UserId,
  states: { readonly before?: object | null; readonly after: object },
): Promise<void> {
  return appendEntry(writers, directory.tenantId, {
    actor: directoryActor(directory),
    action,
    object: `member/${userId}`,
    requestId,
    ...states,
  });
}

function announce({ announceKey, directory }: DirectoryCaller, keyIds: readonly SdkKeyId[]): void {
  for (const sdkKeyId of keyIds) announceKey({ tenantId: directory.tenantId, sdkKeyId });
}

function idOf(id: string): ScimUserId {
  const parsed = scimUserId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw noUser();
}

function noUser(): AppError {
  return new AppError("scim_user_not_found", "There is no such User in this tenant.");
}
