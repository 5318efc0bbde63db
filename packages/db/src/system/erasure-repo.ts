import { type Kysely, sql } from "kysely";
import type { DeletionPart, TenantId, UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** How far a deletion is. A part is a table. */
export interface DeletionProgress {
  readonly requestedAt: Date;
  readonly dueAt: Date | null;
  readonly begunAt: Date | null;
  readonly completedAt: Date | null;
  readonly parts: Readonly<Record<string, DeletionPart>>;
  /** Who belonged to no other tenant, and so went with this one. */
  readonly people: number;
}

export type ErasedBatch =
  | { readonly outcome: "erased"; readonly part: string }
  | { readonly outcome: "nothing_left" | "erased_elsewhere" };

/** Erases tenants whose time has come. Every step is a transaction of its own, and may be the last one before a crash. */
export class ErasureStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Those whose time has come by the database's clock, the longest due first; begun or not, and without those that are named. */
  async listDue(limit: number, except: readonly TenantId[] = []): Promise<readonly TenantId[]> {
    const rows = await this.#db
      .selectFrom("tenant_deletions")
      .select("tenant_id")
      .where("due_at", "<=", sql<Date>`clock_timestamp()`)
      .where(sql<boolean>`tenant_id <> all (${[...except]}::uuid[])`)
      .orderBy("due_at")
      .limit(limit)
      .execute();
    return rows.map(({ tenant_id }) => tenant_id);
  }

  /** From here on nobody takes it back: counts what there is, and ends every session. Does nothing where it began before. */
  async begin(tenantId: TenantId): Promise<void> {
    await sql`select burgee.begin_erasure(${tenantId})`.execute(this.#db);
  }

  /** Erases at most `most` rows of one table, fewer where they are large, and with members the people who belong to no other tenant. */
  eraseSome(tenantId: TenantId, most: number): Promise<ErasedBatch> {
    return this.#db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ is_mine: boolean; part: string | null; members: UserId[] | null }>`
        select is_mine, part, members from burgee.erase_some(${tenantId}, ${most}::int)`.execute(trx);
      const [batch] = rows;
      if (!batch?.is_mine) return { outcome: "erased_elsewhere" };
      if (batch.part === null) return { outcome: "nothing_left" };
      if (batch.members) await erasePeople(trx, tenantId, batch.members);
      return { outcome: "erased", part: batch.part };
    });
  }

  /** The tenant itself goes, and its certificate is there. @throws where anything of the tenant is left */
  async finish(tenantId: TenantId): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await eraseManaged(trx, tenantId);
      await sql`
        insert into burgee.deletion_certificates (receipt_hash, erased_tenant, requested_at, begun_at, parts, people)
        select receipt_hash, tenant_id, requested_at, begun_at, parts, people from burgee.tenant_deletions
         where tenant_id = ${tenantId}`.execute(trx);
      await sql`select burgee.finish_erasure(${tenantId})`.execute(trx);
    });
  }

  /** Of one that waits, runs or is done; undefined for a receipt that is none, or whose deletion was cancelled. */
  async findByReceipt(receiptHash: Buffer): Promise<DeletionProgress | undefined> {
    const { rows } = await sql<{
      requested_at: Date;
      due_at: Date | null;
      begun_at: Date | null;
      completed_at: Date | null;
      parts: Record<string, DeletionPart>;
      people: string;
    }>`
      select requested_at, due_at, begun_at, null::timestamptz as completed_at, parts, people
        from burgee.tenant_deletions where receipt_hash = ${receiptHash}
      union all
      select requested_at, null, begun_at, completed_at, parts, people
        from burgee.deletion_certificates where receipt_hash = ${receiptHash}`.execute(this.#db);
    const [row] = rows;
    return (
      row && {
        requestedAt: row.requested_at,
        dueAt: row.due_at,
        begunAt: row.begun_at,
        completedAt: row.completed_at,
        parts: row.parts,
        people: Number(row.people),
      }
    );
  }
}

async function erasePeople(
  trx: Kysely<Tables>,
  tenantId: TenantId,
  userIds: readonly UserId[],
): Promise<void> {
  const { numAffectedRows } = await sql`
    delete from burgee.users where user_id = any(${userIds}::uuid[])
       and not exists (select from burgee.memberships where memberships.user_id = users.user_id)`.execute(
    trx,
  );
  await countPeople(trx, tenantId, numAffectedRows);
}

/** Accounts that the tenant's provider spoke for, and that left it before. */
async function eraseManaged(trx: Kysely<Tables>, tenantId: TenantId): Promise<void> {
  const { numAffectedRows } = await sql`
    delete from burgee.users where managed_by = ${tenantId}
       and not exists (select from burgee.memberships where memberships.user_id = users.user_id)`.execute(
    trx,
  );
  await countPeople(trx, tenantId, numAffectedRows);
}

async function countPeople(trx: Kysely<Tables>, tenantId: TenantId, erased: bigint = 0n): Promise<void> {
  await sql`update burgee.tenant_deletions set people = people + ${String(erased)}::bigint
             where tenant_id = ${tenantId}`.execute(trx);
}
