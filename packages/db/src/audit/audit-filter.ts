import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from "kysely";
import type { AuditFilter, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** What a filter asks of an entry. Plain comparisons of columns, which indexes serve behind row-level security too. */
export function meets(
  tenantId: TenantId,
  filter: AuditFilter,
): (eb: ExpressionBuilder<Tables, "audit_entries">) => ExpressionWrapper<Tables, "audit_entries", SqlBool> {
  return (eb) =>
    eb.and([
      eb("audit_entries.tenant_id", "=", tenantId),
      ...given(filter.actor, (actor) => eb("audit_entries.actor", "=", actor)),
      ...given(filter.action, (action) => eb("audit_entries.action", "=", action)),
      ...given(filter.objectKind, (kind) => eb("audit_entries.object_kind", "=", kind)),
      ...given(filter.objectKey, (key) => eb("audit_entries.object_key", "=", key)),
      ...given(filter.requestId, (requestId) => eb("audit_entries.request_id", "=", requestId)),
      ...given(filter.project, (project) =>
        eb.or([
          eb("audit_entries.project_key", "=", project),
          // Of keys and rollout plans the object names no project; their environment does.
          eb.and([
            eb("audit_entries.project_key", "is", null),
            eb("audit_entries.environment_id", "=", environmentIds(tenantId, { project })),
          ]),
        ]),
      ),
      ...given(filter.environment, (environment) =>
        eb(
          "audit_entries.environment_id",
          "=",
          environmentIds(tenantId, { environment, project: filter.project }),
        ),
      ),
      ...given(filter.from, (from) =>
        eb.and([eb("audit_entries.created_at", ">=", from), eb("audit_entries.month", ">=", monthOf(from))]),
      ),
      ...given(filter.to, (to) =>
        eb.and([eb("audit_entries.created_at", "<", to), eb("audit_entries.month", "<=", monthOf(to))]),
      ),
    ]);
}

/** The day by which an entry's partition is found. */
export function monthOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 7)}-01`;
}

function given<T, R>(value: T | undefined, condition: (value: T) => R): readonly R[] {
  return value === undefined ? [] : [condition(value)];
}

/** Asked for once, before any entry is looked at. */
function environmentIds(
  tenantId: TenantId,
  { project, environment }: Pick<AuditFilter, "project" | "environment">,
) {
  return sql<never>`any (array(
    select e.environment_id from burgee.environments e
      join burgee.projects p on p.tenant_id = e.tenant_id and p.project_id = e.project_id
     where e.tenant_id = ${tenantId}
       and (${project ?? null}::text is null or p.key = ${project ?? null})
       and (${environment ?? null}::text is null or e.key = ${environment ?? null})))`;
}
