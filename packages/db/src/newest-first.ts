/** Pages of what is listed by when it was made, the newest first. */
import { type RawBuilder, sql } from "kysely";
import type { TenantId } from "./schema/records.ts";

const KEYS = { jobs: "job_id", dead_letters: "dead_letter_id" } as const;

/** What comes after one of them; of two that were made in one moment, the one with the lesser id. */
export function isOlderThan(
  table: keyof typeof KEYS,
  tenantId: TenantId,
  id: string | undefined,
): RawBuilder<boolean> {
  const key = KEYS[table];
  const last = sql.ref(`last.${key}`);
  return sql<boolean>`(created_at, ${sql.ref(key)}) < (
    select last.created_at, ${last} from ${sql.table(`burgee.${table}`)} last
     where last.tenant_id = ${tenantId} and ${last} = ${id ?? null}::uuid)`;
}
