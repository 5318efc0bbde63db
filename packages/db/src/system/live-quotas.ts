import { type RawBuilder, sql } from "kysely";
import type { LiveQuotas } from "../schema/records.ts";

/** What the operator lets the tenant of a key have, told with the key. */
export function liveQuotasOf(keys: "sdk_keys" | "scim_tokens"): RawBuilder<LiveQuotas> {
  return sql<LiveQuotas>`(
    select coalesce(jsonb_object_agg(quota, most), '{}') from burgee.quotas
     where quotas.tenant_id = ${sql.ref(`${keys}.tenant_id`)} and quota in ('streams', 'requests'))`;
}
