import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { TenantDeletion } from "../schema/records.ts";

export class DeletionReader extends Repo {
  /** Undefined for a tenant that stays. */
  async find(): Promise<TenantDeletion | undefined> {
    const row = await this.trx
      .selectFrom("tenant_deletions")
      .select(["requested_at", "due_at", "begun_at"])
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirst();
    return row && { requestedAt: row.requested_at, dueAt: row.due_at, begunAt: row.begun_at };
  }
}

export class DeletionWriter extends DeletionReader {
  /** Closes the tenant with the transaction's end. @param delayMs from now until it may be erased */
  async request({
    receiptHash,
    delayMs,
  }: {
    readonly receiptHash: Buffer;
    readonly delayMs: number;
  }): Promise<Date> {
    const row = await this.trx
      .insertInto("tenant_deletions")
      .values({
        tenant_id: this.tenantId,
        receipt_hash: receiptHash,
        due_at: sql<Date>`clock_timestamp() + ${delayMs} * interval '1 millisecond'`,
      })
      .returning("due_at")
      .executeTakeFirstOrThrow();
    return row.due_at;
  }

  /** Opens the tenant again. False where there is nothing to cancel, or nothing more. */
  async cancel(): Promise<boolean> {
    const { numDeletedRows } = await this.trx
      .deleteFrom("tenant_deletions")
      .where("tenant_id", "=", this.tenantId)
      .where("begun_at", "is", null)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
}
