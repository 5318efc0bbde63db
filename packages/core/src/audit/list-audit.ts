import type { AuditEntry } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { LIMITS } from "../limits.ts";
import { entityKey, storedText } from "../names.ts";
import { type Page, readPage } from "../pages.ts";

const LONGEST_NAME = 256;
const name = storedText(LONGEST_NAME).min(1);
/** Nothing is older, and Postgres has no year 0. */
const moment = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 1970, "Name a time of this era.");

/** Which entries are meant: those of which all that is given holds. */
export const auditFilter = {
  /** As entries have it: `user:<id>`, `rollout:<id>`, `schedule:<id>`, `system`, `anonymous`. */
  actor: name.optional(),
  action: name.optional(),
  /** What it happened to: its kind (`toggle`), its key, or both. */
  objectKind: name.optional(),
  objectKey: name.optional(),
  project: entityKey.optional(),
  /** In whichever project, unless one is named. */
  environment: entityKey.optional(),
  from: moment.optional(),
  /** The first moment after it. */
  to: moment.optional(),
  requestId: name.optional(),
};

export const listAuditInput = z.strictObject({
  ...auditFilter,
  before: z.int().positive().optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface AuditEntryView
  extends Omit<AuditEntry, "createdAt" | "environmentId" | "hashVersion" | "previousHash" | "hash"> {
  readonly at: string;
  readonly project: string | null;
  readonly environment: string | null;
}

/** A page of the tenant's audit trail, newest first. */
export async function listAudit(
  { db, person }: Caller,
  input: z.infer<typeof listAuditInput>,
): Promise<Page<AuditEntryView>> {
  demand(person, "audit.read", TENANT);
  const { before, limit, ...filter } = input;
  const { items, nextBefore } = await db.read(person.tenantId, ({ audit }) =>
    readPage(
      {
        fetch: (position, most) => audit.list({ filter, before: position, limit: most }),
        positionOf: ({ seq }) => seq,
      },
      { before, limit },
    ),
  );
  return {
    items: items.map(({ createdAt, environmentId, hashVersion, previousHash, hash, ...entry }) => ({
      ...entry,
      at: createdAt.toISOString(),
    })),
    nextBefore,
  };
}
