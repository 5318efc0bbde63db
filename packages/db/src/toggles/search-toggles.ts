/** Finds toggles of a project by what people ask of them, in one statement a page. */
import type { ToggleKind } from "@burgee/engine";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { EnvironmentId, LifeStage, ProjectId, TenantId, ToggleId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export interface ToggleFilter {
  readonly projectId: ProjectId;
  /** Each stands in its key, its name or its description, in any case. */
  readonly words: readonly string[];
  /** It has all of them. */
  readonly tags: readonly string[];
  readonly kind: ToggleKind | undefined;
  readonly stage: LifeStage | undefined;
  readonly isStale: boolean | undefined;
  readonly isArchived: boolean;
  readonly states: readonly { readonly environmentId: EnvironmentId; readonly enabled: boolean }[];
  readonly changedAfter: Date | undefined;
  readonly changedBefore: Date | undefined;
  /** By their keys, or the last changed first. */
  readonly order: "key" | "changed";
  readonly after: FoundPlace | undefined;
  readonly limit: number;
}

/** Where a toggle stands in either order. */
export interface FoundPlace {
  readonly key: string;
  /** Since 1970, for a text of it keeps what a date would round. */
  readonly changedMicroseconds: string;
}

export interface FoundToggle extends FoundPlace {
  readonly toggleId: ToggleId;
  readonly name: string;
  readonly kind: ToggleKind;
  readonly tags: readonly string[];
  readonly variantKeys: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
  /** Null before anybody looked. */
  readonly stage: LifeStage | null;
  readonly staleSince: Date | null;
}

const MICROSECONDS = sql<string>`(extract(epoch from toggle.updated_at) * 1000000)::bigint`;
const TABLES = sql`
  burgee.toggles toggle
  left join burgee.toggle_lives life on life.tenant_id = toggle.tenant_id and life.toggle_id = toggle.toggle_id`;

export async function searchToggles(
  trx: Kysely<Tables>,
  tenantId: TenantId,
  filter: ToggleFilter,
): Promise<readonly FoundToggle[]> {
  const where = all([...conditionsOf(tenantId, filter), ...pageOf(filter)]);
  const order = filter.order === "key" ? sql`toggle.key` : sql`toggle.updated_at desc, toggle.key`;
  const { rows } = await sql<FoundToggle>`
    select toggle.toggle_id as "toggleId", toggle.key, toggle.name, toggle.kind, toggle.tags,
           array(select jsonb_object_keys(toggle.variants)) as "variantKeys",
           toggle.created_at as "createdAt", toggle.updated_at as "updatedAt", toggle.archived_at as "archivedAt",
           ${MICROSECONDS}::text as "changedMicroseconds", life.stage, life.stale_since as "staleSince"
      from ${TABLES} where ${where} order by ${order} limit ${filter.limit}`.execute(trx);
  return rows;
}

export async function countFoundToggles(
  trx: Kysely<Tables>,
  tenantId: TenantId,
  filter: ToggleFilter,
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from ${TABLES} where ${all(conditionsOf(tenantId, filter))}`.execute(trx);
  return Number(rows[0]?.count ?? 0);
}

function* conditionsOf(tenantId: TenantId, filter: ToggleFilter): Iterable<RawBuilder<unknown>> {
  yield sql`toggle.tenant_id = ${tenantId} and toggle.project_id = ${filter.projectId}`;
  yield filter.isArchived ? sql`toggle.archived_at is not null` : sql`toggle.archived_at is null`;
  for (const word of filter.words) {
    const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    yield sql`(toggle.key ilike ${pattern} or toggle.name ilike ${pattern} or toggle.description ilike ${pattern})`;
  }
  if (filter.tags.length > 0) yield sql`toggle.tags @> ${[...filter.tags]}::text[]`;
  if (filter.kind !== undefined) yield sql`toggle.kind = ${filter.kind}`;
  if (filter.stage !== undefined) yield sql`life.stage = ${filter.stage}`;
  if (filter.isStale === true) yield sql`life.stale_since is not null`;
  if (filter.isStale === false) yield sql`life.stale_since is null`;
  if (filter.changedAfter) yield sql`toggle.updated_at >= ${filter.changedAfter}`;
  if (filter.changedBefore) yield sql`toggle.updated_at < ${filter.changedBefore}`;
  for (const { environmentId, enabled } of filter.states) {
    yield sql`exists (
      select from burgee.settings setting
       where setting.tenant_id = ${tenantId} and setting.environment_id = ${environmentId}
         and setting.toggle_id = toggle.toggle_id and (setting.state ->> 'enabled')::boolean = ${enabled})`;
  }
}

function* pageOf({ order, after }: ToggleFilter): Iterable<RawBuilder<unknown>> {
  if (!after) return;
  const { key, changedMicroseconds } = after;
  yield order === "key"
    ? sql`toggle.key > ${key}`
    : sql`(${MICROSECONDS} < ${changedMicroseconds}::bigint
           or ${MICROSECONDS} = ${changedMicroseconds}::bigint and toggle.key > ${key})`;
}

function all(conditions: Iterable<RawBuilder<unknown>>): RawBuilder<unknown> {
  return sql.join([...conditions], sql` and `);
}
