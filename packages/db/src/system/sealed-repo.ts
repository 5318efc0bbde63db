import { type Kysely, sql } from "kysely";
import type {
  ConnectionId,
  DataKey,
  DataKeyId,
  GuardCredentialId,
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

/** Where it stands what a guard shows its Prometheus server; it never changes. */
export function guardCredentialPlace(tenantId: TenantId, guardCredentialId: GuardCredentialId): SealedPlace {
  return {
    owner: tenantId,
    table: "guard_credentials",
    row: guardCredentialId,
    field: "sealed_authorization",
    version: 1,
  };
}

/** Where tenants' sealed texts lie: each in a row of an id of its own; `version` is a column, or what never changes. */
const OF_TENANTS = [
  {
    table: "oidc_connections",
    row: "connection_id",
    field: "sealed_secret",
    version: sql.ref("secret_version"),
  },
  { table: "signing_keys", row: "signing_key_id", field: "sealed_private", version: sql.lit(1) },
  { table: "webhook_secrets", row: "webhook_secret_id", field: "sealed_secret", version: sql.lit(1) },
  {
    table: "guard_credentials",
    row: "guard_credential_id",
    field: "sealed_authorization",
    version: sql.lit(1),
  },
] as const;

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
    const { owner } = place;
    if (owner !== "installation") return this.#replaceOfTenant(owner, place, sealed, next);
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
    const texts = OF_TENANTS.map(
      ({ table, row, field, version }) => sql`
        select ${sql.lit(table)} as "table", ${sql.ref(row)} as "row", ${sql.lit(field)} as field,
               ${version} as version, ${sql.ref(field)} as sealed
          from ${sql.table(`burgee.${table}`)}
         where tenant_id = ${tenantId} and data_key_id = ${dataKeyId}
           and ${afterRow === undefined ? sql.lit(true) : sql`${sql.ref(row)} > ${afterRow}::uuid`}`,
    );
    const { rows } = await sql<Omit<SealedPlace, "owner"> & Pick<SealedText, "sealed">>`
      select * from (${sql.join(texts, sql` union all `)}) texts order by "row" limit ${limit}`.execute(
      this.#db,
    );
    return rows.map(({ sealed, ...place }) => ({ place: { owner: tenantId, ...place }, sealed }));
  }

  async #replaceOfTenant(
    tenantId: TenantId,
    place: SealedPlace,
    sealed: string,
    next: string,
  ): Promise<boolean> {
    const kind = OF_TENANTS.find(({ table }) => table === place.table);
    if (!kind) throw new Error(`No sealed texts of tenants lie in ${place.table}.`);
    const { table, row, field, version } = kind;
    const { numAffectedRows } = await sql`
      update ${sql.table(`burgee.${table}`)} set ${sql.ref(field)} = ${next}
       where tenant_id = ${tenantId} and ${sql.ref(row)} = ${place.row}::uuid
         and ${version} = ${place.version} and ${sql.ref(field)} = ${sealed}`.execute(this.#db);
    return numAffectedRows === 1n;
  }
}
