import { type Kysely, sql } from "kysely";
import type {
  ConnectionId,
  DataKey,
  DataKeyId,
  SealedPlace,
  SealedText,
  TenantId,
  UserId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** Where a second factor's seed stands. */
export function seedPlace(userId: UserId, version: number): SealedPlace {
  return { owner: "installation", table: "second_factors", row: userId, field: "sealed_seed", version };
}

/** Where the secret stands by which we show a tenant's provider who we are. */
export function connectionSecretPlace(
  tenantId: TenantId,
  connectionId: ConnectionId,
  version: number,
): SealedPlace {
  return { owner: tenantId, table: "oidc_connections", row: connectionId, field: "sealed_secret", version };
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
    if (owner !== "installation") return this.#listConnections(owner, dataKeyId, afterRow, limit);
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
    if (place.owner !== "installation") return this.#replaceConnection(place, place.owner, sealed, next);
    const { numUpdatedRows } = await this.#db
      .updateTable("second_factors")
      .set({ sealed_seed: next })
      .where("user_id", "=", sql<UserId>`${place.row}::uuid`)
      .where("version", "=", place.version)
      .where("sealed_seed", "=", sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async #listConnections(
    tenantId: TenantId,
    dataKeyId: DataKeyId,
    afterRow: string | undefined,
    limit: number,
  ): Promise<readonly SealedText[]> {
    let query = this.#db
      .selectFrom("oidc_connections")
      .select(["connection_id", "secret_version", "sealed_secret"])
      .where("tenant_id", "=", tenantId)
      .where("data_key_id", "=", dataKeyId);
    if (afterRow !== undefined)
      query = query.where("connection_id", ">", sql<ConnectionId>`${afterRow}::uuid`);
    const rows = await query.orderBy("connection_id").limit(limit).execute();
    return rows.map((row) => ({
      place: connectionSecretPlace(tenantId, row.connection_id, row.secret_version),
      sealed: row.sealed_secret,
    }));
  }

  async #replaceConnection(
    place: SealedPlace,
    tenantId: TenantId,
    sealed: string,
    next: string,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("oidc_connections")
      .set({ sealed_secret: next })
      .where("tenant_id", "=", tenantId)
      .where("connection_id", "=", sql<ConnectionId>`${place.row}::uuid`)
      .where("secret_version", "=", place.version)
      .where("sealed_secret", "=", sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}
