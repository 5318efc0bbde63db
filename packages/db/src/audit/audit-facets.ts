/** How often each value stands in a trail: counted over the newest entries that meet a filter, so that it ends soon. */
import { type Kysely, sql } from "kysely";
import type { AuditFacet, AuditFacets, AuditFilter, FacetValue, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { meets } from "./audit-filter.ts";

const FACETS: readonly AuditFacet[] = [
  "actor",
  "action",
  "objectKind",
  "object",
  "project",
  "environment",
  "day",
];

interface Bounds {
  /** How many of the newest entries are counted. */
  readonly mostCounted: number;
  /** Of each facet, the most frequent ones. */
  readonly mostValues: number;
  /** Days are looked at in a row, and are many. */
  readonly mostDays: number;
}

interface CountRow {
  readonly facet: AuditFacet;
  readonly value: string;
  readonly count: number;
}

export async function countFacets(
  trx: Kysely<Tables>,
  tenantId: TenantId,
  filter: AuditFilter,
  { mostCounted, mostValues, mostDays }: Bounds,
): Promise<AuditFacets> {
  // One more than is counted, which tells whether there are more.
  const newest = trx
    .selectFrom("audit_entries")
    .select(["actor", "action", "object_kind", "object", "project_key", "environment_id", "created_at"])
    .select(sql<string>`row_number() over (order by seq desc)`.as("position"))
    .where(meets(tenantId, filter))
    .orderBy("seq", "desc")
    .limit(mostCounted + 1);
  const { rows } = await sql<CountRow | { readonly facet: null; readonly count: number }>`
    with newest as materialized (${newest}),
    named as (
      select n.actor, n.action, n.object_kind, n.object, coalesce(n.project_key, p.key) as project, e.key as environment,
             to_char(n.created_at at time zone 'utc', 'YYYY-MM-DD') as day
        from newest n
        left join burgee.environments e on e.tenant_id = ${tenantId} and e.environment_id = n.environment_id
        left join burgee.projects p on p.tenant_id = ${tenantId} and p.project_id = e.project_id
       where n.position <= ${mostCounted}),
    counts as (
      select facet, value, count(*)::int as count,
             row_number() over (partition by facet order by count(*) desc, value) as rank
        from named cross join lateral (values
          ('actor', actor), ('action', action), ('objectKind', object_kind), ('object', object),
          ('project', project), ('environment', environment), ('day', day)) as of_entry (facet, value)
       where value is not null group by facet, value)
    select facet, value, count, rank from counts
     where rank <= case facet when 'day' then ${mostDays}::int else ${mostValues}::int end
    union all select null, null, (select count(*)::int from newest), 0
    order by facet nulls first, rank`.execute(trx);

  const found = rows[0]?.count ?? 0;
  const counts = rows.filter((row): row is CountRow => row.facet !== null);
  return {
    counted: Math.min(found, mostCounted),
    isSample: found > mostCounted,
    values: valuesOf(counts),
  };
}

function valuesOf(counts: readonly CountRow[]): AuditFacets["values"] {
  const of = (facet: AuditFacet): readonly FacetValue[] =>
    counts.filter((row) => row.facet === facet).map(({ value, count }) => ({ value, count }));
  return Object.fromEntries(FACETS.map((facet) => [facet, of(facet)])) as AuditFacets["values"];
}
