import { type Kysely, sql } from "kysely";
import type {
  ConnectionId,
  DataKey,
  DataKeyId,
  SealedPlace,
  SealedText,
  SigningKeyId,
  TenantId,
  UserId,
  WebhookSecretId,
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

/** Where the private half of a signing key stands; it never changes. */
export function signingKeyPlace(tenantId: TenantId, signingKeyId: SigningKeyId): SealedPlace {
  return { owner: tenantId, table: "signing_keys", row: signingKeyId, field: "sealed_private", version: 1 };
}

/** Where a secret stands that signs what an endpoint is told; it never changes. */
export function webhookSecretPlace(tenantId: TenantId, webhookSecretId: WebhookSecretId): SealedPlace {
  return {
    owner: tenantId,
    table: "webhook_secrets",
    row: webhookSecretId,
    field: "sealed_secret",
    version: 1,
  };
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
    if (owner !== "installation") return this.#listOfTenant(owner, dataKeyId, afterRow, limit);
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
    const { owner, table } = place;
    if (owner !== "installation") {
      if (table === "signing_keys") return this.#replaceSigningKey(place, owner, sealed, next);
      if (table === "webhook_secrets") return this.#replaceWebhookSecret(place, owner, sealed, next);
      return this.#replaceConnection(place, owner, sealed, next);
    }
    const { numUpdatedRows } = await this.#db
      .updateTable("second_factors")
      .set({ sealed_seed: next })
      .where("user_id", "=", sql<UserId>`${place.row}::uuid`)
      .where("version", "=", place.version)
      .where("sealed_seed", "=", sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** In one order over all tables, so that whoever goes on after a row misses none. */
  async #listOfTenant(
    tenantId: TenantId,
    dataKeyId: DataKeyId,
    afterRow: string | undefined,
    limit: number,
  ): Promise<readonly SealedText[]> {
    const connections = await this.#listConnections(tenantId, dataKeyId, afterRow, limit);
    const signingKeys = await this.#listSigningKeys(tenantId, dataKeyId, afterRow, limit);
    const webhookSecrets = await this.#listWebhookSecrets(tenantId, dataKeyId, afterRow, limit);
    return [...connections, ...signingKeys, ...webhookSecrets]
      .sort((one, other) => (one.place.row < other.place.row ? -1 : 1))
      .slice(0, limit);
  }

  async #listSigningKeys(
    tenantId: TenantId,
    dataKeyId: DataKeyId,
    afterRow: string | undefined,
    limit: number,
  ): Promise<readonly SealedText[]> {
    let query = this.#db
      .selectFrom("signing_keys")
      .select(["signing_key_id", "sealed_private"])
      .where("tenant_id", "=", tenantId)
      .where("data_key_id", "=", dataKeyId);
    if (afterRow !== undefined)
      query = query.where("signing_key_id", ">", sql<SigningKeyId>`${afterRow}::uuid`);
    const rows = await query.orderBy("signing_key_id").limit(limit).execute();
    return rows.map((row) => ({
      place: signingKeyPlace(tenantId, row.signing_key_id),
      sealed: row.sealed_private,
    }));
  }

  async #replaceSigningKey(
    place: SealedPlace,
    tenantId: TenantId,
    sealed: string,
    next: string,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("signing_keys")
      .set({ sealed_private: next })
      .where("tenant_id", "=", tenantId)
      .where("signing_key_id", "=", sql<SigningKeyId>`${place.row}::uuid`)
      .where("sealed_private", "=", sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async #listWebhookSecrets(
    tenantId: TenantId,
    dataKeyId: DataKeyId,
    afterRow: string | undefined,
    limit: number,
  ): Promise<readonly SealedText[]> {
    let query = this.#db
      .selectFrom("webhook_secrets")
      .select(["webhook_secret_id", "sealed_secret"])
      .where("tenant_id", "=", tenantId)
      .where("data_key_id", "=", dataKeyId);
    if (afterRow !== undefined)
      query = query.where("webhook_secret_id", ">", sql<WebhookSecretId>`${afterRow}::uuid`);
    const rows = await query.orderBy("webhook_secret_id").limit(limit).execute();
    return rows.map((row) => ({
      place: webhookSecretPlace(tenantId, row.webhook_secret_id),
      sealed: row.sealed_secret,
    }));
  }

  async #replaceWebhookSecret(
    place: SealedPlace,
    tenantId: TenantId,
    sealed: string,
    next: string,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("webhook_secrets")
      .set({ sealed_secret: next })
      .where("tenant_id", "=", tenantId)
      .where("webhook_secret_id", "=", sql<WebhookSecretId>`${place.row}::uuid`)
      .where("sealed_secret", "=", sealed)
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
