import type { AuditFacets } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { auditFilter } from "./list-audit.ts";

export const countAuditFacetsInput = z.strictObject(auditFilter);

/** What a page can show, and what is counted in a fraction of a second. */
const BOUNDS = { mostValues: 50, mostDays: 400, mostCounted: 10_000 };

/**
 * How often each actor, action, kind of object, object, project, environment and day (UTC) stands in what the filter leaves
 * of the trail. Of a long one the newest 10,000 entries are counted, and the answer says that it is a sample.
 */
export async function countAuditFacets(
  { db, person }: Caller,
  filter: z.infer<typeof countAuditFacetsInput>,
): Promise<AuditFacets> {
  demand(person, "audit.read", TENANT);
  return db.read(person.tenantId, ({ audit }) => audit.facets(filter, BOUNDS));
}
