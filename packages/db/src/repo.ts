import type { Kysely } from "kysely";
import type { TenantId } from "./schema/records.ts";
import type { Tables } from "./schema/tables.ts";

/**
 * What every repository stands on: a transaction that has entered one tenant. Each query still names the tenant,
 * for the plan's sake and as a second lock beside row-level security.
 */
export abstract class Repo {
  protected readonly trx: Kysely<Tables>;
  protected readonly tenantId: TenantId;

  constructor(trx: Kysely<Tables>, tenantId: TenantId) {
    this.trx = trx;
    this.tenantId = tenantId;
  }
}
