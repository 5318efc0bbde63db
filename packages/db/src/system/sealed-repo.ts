import { type Kysely, sql } from "kysely";
import type { DataKey, SealedPlace, SealedText, UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** Where a second factor's seed stands. */
export function seedPlace(userId: UserId, version: number): SealedPlace {
  return { owner: "installation", table: "second_factors", row: userId, field: "sealed_seed", version };
}

/** Everything that is sealed, to be sealed anew by another key. */
export class SealedStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** What `dataKey` seals, in the order of its rows, from after `afterRow` on. */
  async list(
    { owner, dataKeyId }: Pick<DataKey, "owner" | "dataKeyId">,
    { afterRow, limit }: { readonly afterRow: string | undefined; readonly limit: number },
  ): Promise<readonly SealedText[]> {
    if (owner !== "installation") return [];
    let query = this.#db
      .selectFrom("second_factors")
      .select(["user_id", "version", "sealed_seed"])
      .where("data_key_id", "=", dataKeyId);
    if (afterRow !== undefined) query = query.where("user_id", ">", sql<UserId>`${afterRow}::uuid`);
    const rows = await query.orderBy("user_id").limit(limit).execute();
    return rows.map((row) => ({ place: seedPlace(row.user_id, row.version), sealed: row.sealed_seed }));
  }

  /** Puts `next` where `sealed` stands. False where something else stands there by now. */
  async replace({ place, sealed }: SealedText, next: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("second_factors")
      .set({ sealed_seed: next })
      .where("user_id", "=", sql<UserId>`${place.row}::uuid`)
      .where("version", "=", place.version)
      .where("sealed_seed", "=", sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}
