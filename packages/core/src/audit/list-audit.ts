import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { LIMITS } from "../limits.ts";

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
): Promise<{ readonly items: readonly AuditEntryView[]; readonly nextBefore: number | null }> {
  demand(person, "audit.read");
  const entries = await db.read(person.tenantId, ({ audit }) =>
    audit.list({ before: input.before, limit: input.limit }),
  );
  const last = entries.at(-1);
  return {
    items: entries.map(({ createdAt, environmentId, previousHash, hash, ...entry }) => ({
      ...entry,
      at: createdAt.toISOString(),
    })),
    nextBefore: entries.length === input.limit && last && last.seq > 1 ? last.seq : null,
  };
}
