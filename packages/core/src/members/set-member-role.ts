import type { Role } from "@burgee/db";
import { z } from "zod";
import { accessOf, demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { bindableRole, demandHeld, lockAccess } from "../access/change-access.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { userId } from "../ids.ts";
import { entityKey } from "../names.ts";

export const setMemberRoleInput = z.strictObject({ userId, role: entityKey });

export interface MemberRoleView {
  readonly userId: string;
  readonly role: Role;
}

/**
 * Gives a member another role in the tenant. What was granted in projects and environments stays.
 * @throws {AppError} "forbidden", "member_not_found", "last_owner", "invalid_input" for a role that is not there
 */
export async function setMemberRole(
  { db, person, requestId }: Caller,
  input: z.output<typeof setMemberRoleInput>,
): Promise<MemberRoleView> {
  return db.transact(person.tenantId, async (writers) => {
    const changer = await lockAccess(writers, person);
    demand(changer[0], "member.write", TENANT);
    const member = await writers.members.find(input.userId);
    if (!member) throw new AppError("member_not_found", "There is no such member.");
    const next = await bindableRole(writers, input.role);
    if (member.role === input.role) return input;

    demandHeld(changer, [accessOf(member.role, member.bindings).tenant, next], TENANT);
    await writers.members.setRole(input.userId, input.role);
    if ((await writers.members.countOwners()) === 0) {
      throw new AppError("last_owner", "A tenant keeps an owner: make somebody else one first.");
    }
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "member.role_changed",
      object: `member/${input.userId}`,
      requestId,
      before: { role: member.role },
      after: { role: input.role },
    });
    return input;
  });
}
