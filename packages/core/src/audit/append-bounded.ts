import type { Database, TenantId } from "@burgee/db";
import { appendEntry, type Happening } from "./append-entry.ts";

/** Of what anybody can bring about again and again: so many entries a minute, that nobody fills a trail with them. */
export const MOST_A_MINUTE = 10;

/**
 * Adds an entry in a transaction of its own, unless the last minute has its {@link MOST_A_MINUTE}, by the database's clock
 * and over all nodes. The last of them says that more may have followed.
 *
 * @param per whose entries of this action are counted: those by the same actor, or those about the same object
 */
export async function appendBounded(
  db: Database,
  tenantId: TenantId,
  happening: Happening,
  per: "actor" | "object",
): Promise<void> {
  const { action, actor, object } = happening;
  const counted = per === "actor" ? { action, actor } : { action, object };
  // First without the lock: a flood of refusals must not keep the tenant's changes waiting.
  const before = await db.read(tenantId, ({ audit }) => audit.countLastMinute(counted, MOST_A_MINUTE));
  if (before >= MOST_A_MINUTE) return;

  await db.transact(tenantId, async (writers) => {
    await writers.audit.lockHead();
    const count = await writers.audit.countLastMinute(counted, MOST_A_MINUTE);
    if (count >= MOST_A_MINUTE) return;
    const isLast = count === MOST_A_MINUTE - 1;
    const after = { ...happening.after, furtherOfThisMinute: "not recorded" };
    await appendEntry(writers, tenantId, isLast ? { ...happening, after } : happening);
  });
}
