import type { UserId } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { userId } from "../ids.ts";
import { LIMITS } from "../limits.ts";

export const listMembersInput = z.strictObject({
  /** The `nextCursor` of the page before. */
  cursor: userId.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface MemberView {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly joinedAt: string;
}

export interface MemberPage {
  readonly items: readonly MemberView[];
  readonly nextCursor: UserId | null;
}

/** A page of the tenant's members, in the order of their ids. @throws {AppError} "forbidden" */
export async function listMembers(
  { system, person }: Caller,
  { cursor, limit }: z.output<typeof listMembersInput>,
): Promise<MemberPage> {
  demand(person, "member.read", TENANT);
  const found = await system.credentials.listMembers(person.tenantId, { after: cursor, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    items: page.map(({ joinedAt, ...member }) => ({ ...member, joinedAt: joinedAt.toISOString() })),
    nextCursor: found.length > page.length ? (page.at(-1)?.userId ?? null) : null,
  };
}
