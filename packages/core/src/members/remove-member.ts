/** How a membership ends. The person's sessions in the tenant, their personal keys and their grants go with it. */
import type { Member, SessionCredential, UserId, Writers } from "@burgee/db";
import { z } from "zod";
import { accessOf, demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller, type Change } from "../access/caller.ts";
import { demandHeld, lockAccess } from "../access/change-access.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { userId } from "../ids.ts";

export const removeMemberInput = z.strictObject({ userId });

/**
 * Sends a member away. Nobody sends away whoever may do more than they.
 * @throws {AppError} "forbidden", "member_not_found", "last_owner"
 */
export async function removeMember(caller: Caller, input: z.output<typeof removeMemberInput>): Promise<void> {
  const { db, person } = caller;
  await db.transact(person.tenantId, async (writers) => {
    const changer = await lockAccess(writers, person);
    demand(changer[0], "member.write", TENANT);
    const member = await writers.members.find(input.userId);
    if (!member) throw new AppError("member_not_found", "There is no such member.");
    const { tenant, grants } = accessOf(member.role, member.bindings);
    for (const binding of [tenant, ...grants]) demandHeld(changer, [binding], binding.place);
    await end(caller, writers, member, "member.removed");
  });
}

/** Lets a person go, of their own will. @throws {AppError} "last_owner" for the only owner */
export async function leaveTenant(
  { db, requestId }: Pick<Caller, "db" | "requestId">,
  { tenantId, userId }: Pick<SessionCredential, "tenantId" | "userId">,
): Promise<void> {
  await db.transact(tenantId, async (writers) => {
    await writers.members.lockAccess();
    const member = await writers.members.find(userId);
    if (!member) throw new AppError("member_not_found", "You are no member any more.");
    await end({ person: { tenantId, userId }, requestId }, writers, member, "member.left");
  });
}

/** Should they come back, nothing that they made before comes back with them: neither keys of theirs nor invitations. */
async function end(
  { person, requestId }: Pick<Change, "person" | "requestId">,
  writers: Writers,
  { userId, role }: Pick<Member, "role"> & { readonly userId: UserId },
  action: "member.removed" | "member.left",
): Promise<void> {
  const endedKeys = await writers.sdkKeys.countLiveOf(userId);
  await writers.invitations.revokeBy(userId);
  await writers.members.remove(userId);
  if ((await writers.members.countOwners()) === 0) {
    throw new AppError("last_owner", "A tenant keeps an owner: make somebody else one first.");
  }
  await appendEntry(writers, person.tenantId, {
    actor: actorOf(person),
    action,
    object: `member/${userId}`,
    requestId,
    before: { role },
    after: { endedKeys },
  });
}
