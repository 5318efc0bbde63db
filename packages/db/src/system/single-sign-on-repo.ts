import { type Kysely, sql } from "kysely";
import type { ConnectionId, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** What is asked about sign-in by providers before a tenant is known. */
export class SingleSignOnStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The tested connection of whoever proved the domain first. */
  async findByDomain(
    domain: string,
  ): Promise<
    { readonly tenantId: TenantId; readonly connectionId: ConnectionId; readonly name: string } | undefined
  > {
    const row = await this.#db
      .selectFrom("oidc_domains")
      .innerJoin("oidc_connections", (join) =>
        join
          .onRef("oidc_connections.tenant_id", "=", "oidc_domains.tenant_id")
          .onRef("oidc_connections.connection_id", "=", "oidc_domains.connection_id"),
      )
      .select(["oidc_domains.tenant_id", "oidc_domains.connection_id", "oidc_connections.name"])
      .where("oidc_domains.domain", "=", domain)
      .where("oidc_domains.proved_at", "is not", null)
      .whereRef("oidc_connections.tested_version", "=", "oidc_connections.version")
      .orderBy("oidc_domains.proved_at")
      .limit(1)
      .executeTakeFirst();
    return row && { tenantId: row.tenant_id, connectionId: row.connection_id, name: row.name };
  }

  /** Forgets sign-ins that nobody finished in time. */
  async sweepAttempts(): Promise<void> {
    await this.#db.deleteFrom("oidc_attempts").where("ends_at", "<=", sql<Date>`clock_timestamp()`).execute();
  }
}
