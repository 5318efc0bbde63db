import type { Database, StoredAuditEntry, TenantId } from "@burgee/db";
import { appendEntry } from "../src/audit/append-entry.ts";

/**
 * Adds entries to a tenant's chain, in one transaction: of several kinds, with and without states, places and requests, so
 * that each of the table's columns holds something in some of them and nothing in others.
 */
export function addEntries(db: Database, tenantId: TenantId, count: number): Promise<void> {
  const from = { address: "2001:db8::7", userAgent: "Mozilla/5.0 (X11)" };
  const objects = ["toggle/web/cart", "sdk-key/7d1f", "project/web", "environment/web/production"];
  return db.withOrigin(from).transact(tenantId, async (writers) => {
    for (let number = 0; number < count; number++) {
      await appendEntry(writers, tenantId, {
        actor: number % 5 === 0 ? "system" : `user:${number % 7}`,
        action: number % 2 === 0 ? "toggle.enabled" : "toggle.disabled",
        object: objects[number % objects.length] ?? "tenant/t",
        ...(number % 3 === 0 ? { revision: number } : {}),
        requestId: number % 4 === 0 ? null : `req-${number}`,
        before: number % 6 === 0 ? null : { enabled: false, number },
        after: { enabled: true, name: "Zoë 🧺", percentage: 0.1, list: [1, "2", null] },
      });
    }
  });
}

/** Everything of a tenant's chain as it lies in its table, oldest first. */
export async function storedEntries(db: Database, tenantId: TenantId): Promise<readonly StoredAuditEntry[]> {
  return db.read(tenantId, ({ audit }) => audit.listStored(undefined, 10_000));
}
