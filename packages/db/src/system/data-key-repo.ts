import { type Kysely, sql, type Transaction } from "kysely";
import type { DataKey, DataKeyId, KeyOwner } from "../schema/records.ts";
import { INSTALLATION_ID, type Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";

/** Data keys, wrapped: one is an owner's current one, which seals; those that it replaced still open. */
export class DataKeyStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(owner: KeyOwner, dataKeyId: DataKeyId): Promise<DataKey | undefined> {
    const row = await this.#select()
      .where("tenant_id", "=", idOf(owner))
      .where("data_key_id", "=", dataKeyId)
      .executeTakeFirst();
    return row && dataKeyOf(row);
  }

  async findCurrent(owner: KeyOwner): Promise<DataKey | undefined> {
    const row = await this.#select()
      .where("tenant_id", "=", idOf(owner))
      .where("replaced_at", "is", null)
      .executeTakeFirst();
    return row && dataKeyOf(row);
  }

  /** Forgets keys of tenants that are gone: something may have been sealed for one in the moment in which it went. */
  async sweep(): Promise<void> {
    await this.#db
      .deleteFrom("data_keys")
      .where("tenant_id", "<>", INSTALLATION_ID)
      .where(
        sql<boolean>`not exists (select from burgee.tenants where tenants.tenant_id = data_keys.tenant_id)`,
      )
      .execute();
  }

  /** Whether anything may be sealed here yet. */
  async isAny(): Promise<boolean> {
    return (await this.#select().limit(1).executeTakeFirst()) !== undefined;
  }

  /** Makes it its owner's current key, unless there is one already. */
  async add(dataKey: DataKey): Promise<void> {
    await insert(this.#db, dataKey);
  }

  /** Puts `next` in the place of its owner's current key. False where `expected` is not the current one any more. */
  replace(expected: DataKeyId, next: DataKey): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("data_keys")
        .set({ replaced_at: sql<Date>`clock_timestamp()` })
        .where("tenant_id", "=", idOf(next.owner))
        .where("data_key_id", "=", expected)
        .where("replaced_at", "is", null)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await insert(trx, next);
      return true;
    });
  }

  /** Keys that were replaced and are still here, of one owner or of all. */
  async listReplaced(owner?: KeyOwner): Promise<readonly DataKey[]> {
    const rows = await this.#select()
      .$if(owner !== undefined, (query) => query.where("tenant_id", "=", idOf(owner ?? "installation")))
      .where("replaced_at", "is not", null)
      .orderBy("replaced_at")
      .orderBy("data_key_id")
      .execute();
    return rows.map(dataKeyOf);
  }

  /** Current keys that have been in use for that long, of one owner or of all. */
  async listCurrent({
    atLeastMs,
    owner,
  }: {
    readonly atLeastMs: number;
    readonly owner?: KeyOwner | undefined;
  }): Promise<readonly DataKey[]> {
    const rows = await this.#select()
      .$if(owner !== undefined, (query) => query.where("tenant_id", "=", idOf(owner ?? "installation")))
      .where("replaced_at", "is", null)
      .where("created_at", "<=", inMs(-atLeastMs))
      .orderBy("created_at")
      .orderBy("data_key_id")
      .execute();
    return rows.map(dataKeyOf);
  }

  /** Forgets a key that was replaced that long ago. False while it is younger than that, or anything is sealed by it. */
  async remove({ owner, dataKeyId }: DataKey, replacedForMs: number): Promise<boolean> {
    try {
      const { numDeletedRows } = await this.#db
        .deleteFrom("data_keys")
        .where("tenant_id", "=", idOf(owner))
        .where("data_key_id", "=", dataKeyId)
        .where("replaced_at", "<=", inMs(-replacedForMs))
        .executeTakeFirst();
      return numDeletedRows === 1n;
    } catch (error) {
      if (isReferenced(error)) return false;
      throw error;
    }
  }

  #select() {
    return this.#db.selectFrom("data_keys").select(["tenant_id", "data_key_id", "wrapped"]);
  }
}

function insert(db: Kysely<Tables> | Transaction<Tables>, { owner, dataKeyId, wrapped }: DataKey) {
  return db
    .insertInto("data_keys")
    .values({ tenant_id: idOf(owner), data_key_id: dataKeyId, wrapped })
    .onConflict((conflict) => conflict.column("tenant_id").where("replaced_at", "is", null).doNothing())
    .execute();
}

function idOf(owner: KeyOwner): Tables["data_keys"]["tenant_id"] {
  return owner === "installation" ? INSTALLATION_ID : owner;
}

function dataKeyOf(row: {
  readonly tenant_id: Tables["data_keys"]["tenant_id"];
  readonly data_key_id: DataKeyId;
  readonly wrapped: string;
}): DataKey {
  const owner = row.tenant_id === INSTALLATION_ID ? "installation" : row.tenant_id;
  return { owner, dataKeyId: row.data_key_id, wrapped: row.wrapped };
}

function isReferenced(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23503";
}
