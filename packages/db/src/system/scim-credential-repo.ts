import { type Kysely, sql } from "kysely";
import type { LiveQuotas, ScimTokenId, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";
import { liveQuotasOf } from "./live-quotas.ts";

/** A tenant's directory, by a token that stands. */
export interface ScimCredential {
  readonly tenantId: TenantId;
  readonly scimTokenId: ScimTokenId;
  readonly quotas: LiveQuotas;
}

const NOTE_EVERY_MS = 5 * 60_000;

/** Whose token it is: asked with each request, so that one that ended is refused at once, in every process. */
export class ScimCredentialStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Undefined for one that is unknown, revoked, over by the database's clock, or of a tenant that goes. Notes now and then that it is in use. */
  async find(hash: Buffer): Promise<ScimCredential | undefined> {
    const row = await this.#db
      .selectFrom("scim_tokens")
      .select(["tenant_id", "scim_token_id", liveQuotasOf("scim_tokens").as("quotas")])
      .select(
        sql<boolean>`last_used_at is null or last_used_at < ${inMs(-NOTE_EVERY_MS)}`.as("is_to_be_noted"),
      )
      .where("hash", "=", hash)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", sql<Date>`clock_timestamp()`)
      .where(
        sql<boolean>`not exists (select from burgee.tenant_deletions gone where gone.tenant_id = scim_tokens.tenant_id)`,
      )
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.is_to_be_noted) {
      await this.#db
        .updateTable("scim_tokens")
        .set({ last_used_at: sql<Date>`clock_timestamp()` })
        .where("tenant_id", "=", row.tenant_id)
        .where("scim_token_id", "=", row.scim_token_id)
        .execute();
    }
    return { tenantId: row.tenant_id, scimTokenId: row.scim_token_id, quotas: row.quotas };
  }
}
