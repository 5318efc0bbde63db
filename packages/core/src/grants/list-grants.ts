import type { GrantId } from "@burgee/db";
import { z } from "zod";
import { isAllowed } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { enterNamedPlace, environmentScope } from "../access/scope.ts";
import { grantId, userId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import type { GrantView } from "./change-grants.ts";

export const listGrantsInput = z.strictObject({
  /** In it and in its environments; left out, in the whole tenant. */
  ...environmentScope,
  userId: userId.optional(),
  /** The `nextCursor` of the page before. */
  cursor: grantId.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface GrantPage {
  readonly items: readonly GrantView[];
  readonly nextCursor: GrantId | null;
}

/** A page of the grants of a place, by and large in the order in which they were made; of those in places where the caller may read members. */
export async function listGrants(
  { db, person }: Caller,
  input: z.output<typeof listGrantsInput>,
): Promise<GrantPage> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterNamedPlace(readers, person, "member.read", input);
    const filter = {
      projectId: project?.projectId,
      environmentId: environment?.environmentId,
      userId: input.userId,
    };
    const found = await readers.grants.list(filter, { after: input.cursor, limit: input.limit + 1 });
    const page = found.slice(0, input.limit);
    return {
      items: page
        .filter(({ projectId, environmentId }) =>
          isAllowed(person.access, "member.read", { projectId, environmentId: environmentId ?? undefined }),
        )
        .map(({ userId, project, environment, role }) => ({ userId, project, environment, role })),
      nextCursor: found.length > page.length ? (page.at(-1)?.grantId ?? null) : null,
    };
  });
}
