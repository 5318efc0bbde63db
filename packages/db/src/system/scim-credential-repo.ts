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

/** A token that is good no more, and why. */
export interface EndedScimCredential {
  readonly tenantId: TenantId;
  readonly scimTokenId: ScimTokenId;
  readonly ended: "revoked" | "expired" | "tenant_closed";
}

const NOTE_EVERY_MS = 5 * 60_000;

/** Whose token it is: asked with each request, so that one that ended is refused at once, in every process. */
export class ScimCredentialStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Undefined for one that is unknown; by the database's clock. Notes now and then that a good one is in use. */
  async find(hash: Buffer): Promise<ScimCredential | EndedScimCredential | undefined> {
    const row = await this.#db
      .selectFrom("scim_tokens")
      .select(["tenant_id", "scim_token_id", liveQuotasOf("scim_tokens").as("quotas")])
      .select(
        sql<boolean>`last_used_at is null or last_used_at < ${inMs(-NOTE_EVERY_MS)}`.as("is_to_be_noted"),
      )
      .select(
        sql<EndedScimCredential["ended"] | null>`case
          when exists (select from burgee.tenant_deletions gone where gone.tenant_id = scim_tokens.tenant_id) then 'tenant_closed'
          when revoked_at is not null then 'revoked'
          when expires_at <= clock_timestamp() then 'expired' end`.as("ended"),
      )
      .where("hash", "=", hash)
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.ended) return { tenantId: row.tenant_id, scimTokenId: row.scim_token_id, ended: row.ended };
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
