import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { LIMITS } from "../limits.ts";
import { type Page, readPage } from "../pages.ts";

export const listAuditInput = z.strictObject({
  before: z.int().positive().optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface AuditEntryView {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly revision: number | null;
  readonly requestId: string | null;
  readonly before: object | null;
  readonly after: object | null;
}

/** A page of the tenant's audit trail, newest first. */
export async function listAudit(
  { db, person }: Caller,
  input: z.infer<typeof listAuditInput>,
): Promise<Page<AuditEntryView>> {
  demand(person, "audit.read");
  const { items, nextBefore } = await db.read(person.tenantId, ({ audit }) =>
    readPage(
      { fetch: (before, limit) => audit.list({ before, limit }), positionOf: ({ seq }) => seq },
      {
        before: input.before,
        limit: input.limit,
      },
    ),
  );
  return {
    items: items.map(({ createdAt, environmentId, previousHash, hash, ...entry }) => ({
      ...entry,
      at: createdAt.toISOString(),
    })),
    nextBefore,
  };
}
