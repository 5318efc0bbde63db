import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { EnvironmentId, SdkKeyId, ToggleId } from "../schema/records.ts";

/** What an SDK tells at once. Times are the SDK's own. */
export interface UsageBatch {
  readonly batchId: string;
  readonly environmentId: EnvironmentId;
  readonly sdkKeyId: SdkKeyId;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly applied: AppliedRuleset | null;
  readonly counts: readonly ToggleCount[];
  readonly events: readonly TrackedEvent[];
  readonly unknownKeys: readonly { readonly key: string; readonly count: number }[];
  readonly dropped: {
    readonly evaluations: number;
    readonly events: number;
    /** Values in events' contexts that are not recorded. */
    readonly attributes?: number;
  };
}

/** Since when an SDK evaluates by which ruleset. */
export interface AppliedRuleset {
  /** `<epoch>.<revision>`. */
  readonly version: string;
  readonly at: string;
  readonly traceparent?: string | undefined;
}

/** How often a toggle served a variant; null for the caller's fallback. */
export interface ToggleCount {
  readonly toggle: string;
  readonly variant: string | null;
  readonly version: number | null;
  readonly count: number;
}

export interface TrackedEvent {
  readonly name: string;
  readonly at: string;
  /** Whose it is, as it was sent; until it is exchanged for a pseudonym. */
  readonly identifier?: string | undefined;
  /** What the project says is recorded of it. */
  readonly context: object;
  readonly value?: number | undefined;
}

/** Keys that no toggle has, kept apart in one environment on one day; further ones are one. */
const UNKNOWN_KEYS_A_DAY = 1_000;

const MONTH = sql<string>`date_trunc('month', now() at time zone 'utc')::date`;

/** What a toggle served in an hour. */
export interface UsageHour {
  readonly hour: Date;
  /** Null for the caller's fallback. */
  readonly variant: string | null;
  readonly count: number;
}

/** SDKs that tell by one key that they evaluate by one ruleset. */
export interface AppliedReport {
  readonly sdkKeyId: SdkKeyId;
  readonly sdk: { readonly name: string; readonly version: string };
  /** `<epoch>.<revision>`; null before the first ruleset. */
  readonly applied: string | null;
  readonly batches: number;
  readonly lastAt: Date;
}

export class UsageReader extends Repo {
  /** Hour by hour, the newest first, at most `limit` rows; `from` and before `to`. */
  async listHours(
    environmentId: EnvironmentId,
    toggleId: ToggleId,
    { from, to, limit }: { readonly from: Date; readonly to: Date; readonly limit: number },
  ): Promise<readonly UsageHour[]> {
    const { rows } = await sql<{ hour: Date; variant: string; count: string }>`
      select hour, variant, sum(count) as count from burgee.toggle_usage
       where tenant_id = ${this.tenantId} and environment_id = ${environmentId} and toggle_id = ${toggleId}
         and hour >= ${from} and hour < ${to}
         and month between date_trunc('month', ${from}::timestamptz at time zone 'utc')::date
                       and date_trunc('month', ${to}::timestamptz at time zone 'utc')::date
       group by hour, variant order by hour desc, variant limit ${limit}`.execute(this.trx);
    return rows.map(({ hour, variant, count }) => ({ hour, variant: variant || null, count: Number(count) }));
  }

  /** How often one version of a toggle's setting was evaluated since a moment, as far as SDKs have told. */
  async countOfVersion(
    environmentId: EnvironmentId,
    toggleId: ToggleId,
    { version, since }: { readonly version: number; readonly since: Date },
  ): Promise<number> {
    const { rows } = await sql<{ count: string }>`
      select coalesce(sum(count), 0) as count from burgee.toggle_usage
       where tenant_id = ${this.tenantId} and environment_id = ${environmentId} and toggle_id = ${toggleId}
         and version = ${version} and hour >= date_trunc('hour', ${since}::timestamptz, 'UTC')
         and month >= date_trunc('month', ${since}::timestamptz at time zone 'utc')::date`.execute(this.trx);
    return Number(rows[0]?.count ?? 0);
  }

  /** The last hour in which it was evaluated, of those that are kept. */
  async lastHour(environmentId: EnvironmentId, toggleId: ToggleId): Promise<Date | undefined> {
    const { rows } = await sql<{ hour: Date }>`
      select hour from burgee.toggle_usage
       where tenant_id = ${this.tenantId} and environment_id = ${environmentId} and toggle_id = ${toggleId}
       order by month desc, hour desc limit 1`.execute(this.trx);
    return rows[0]?.hour;
  }

  /** The last hour in which each of some toggles was evaluated in any of these environments, of those that are kept. */
  async lastHours(
    environmentIds: readonly EnvironmentId[],
    toggleIds: readonly ToggleId[],
  ): Promise<ReadonlyMap<ToggleId, Date>> {
    const { rows } = await sql<{ toggle_id: ToggleId; hour: Date }>`
      select toggle_id, max(last.hour) as hour
        from unnest(${[...toggleIds]}::uuid[]) as asked (toggle_id), unnest(${[...environmentIds]}::uuid[]) as place (environment_id),
             lateral (select hour from burgee.toggle_usage usage
                       where usage.tenant_id = ${this.tenantId} and usage.environment_id = place.environment_id
                         and usage.toggle_id = asked.toggle_id
                       order by month desc, hour desc limit 1) last
       group by toggle_id`.execute(this.trx);
    return new Map(rows.map(({ toggle_id, hour }) => [toggle_id, hour]));
  }

  /** How often each of some toggles was evaluated in the last days, the oldest first; those that were not are left out. */
  async listDays(
    environmentId: EnvironmentId,
    toggleIds: readonly ToggleId[],
    days: number,
  ): Promise<ReadonlyMap<ToggleId, readonly number[]>> {
    const since = sql`now() - ${days}::int * interval '1 day'`;
    const { rows } = await sql<{ toggle_id: ToggleId; days_ago: number; count: string }>`
      select toggle_id, floor(extract(epoch from now() - hour) / 86400)::int as days_ago, sum(count) as count
        from burgee.toggle_usage
       where tenant_id = ${this.tenantId} and environment_id = ${environmentId}
         and toggle_id = any(${[...toggleIds]}::uuid[]) and hour > ${since} and hour <= now()
         and month between date_trunc('month', (${since}) at time zone 'utc')::date
                       and date_trunc('month', now() at time zone 'utc')::date
       group by 1, 2`.execute(this.trx);
    const found = new Map<ToggleId, number[]>();
    for (const { toggle_id, days_ago, count } of rows) {
      const counts = found.get(toggle_id) ?? Array<number>(days).fill(0);
      found.set(toggle_id, counts.with(days - 1 - days_ago, Number(count)));
    }
    return found;
  }

  /** Of batches that came within that long, the newest first. */
  async listApplied(
    environmentId: EnvironmentId,
    { withinMs, limit }: { readonly withinMs: number; readonly limit: number },
  ): Promise<readonly AppliedReport[]> {
    const { rows } = await sql<{
      sdk_key_id: SdkKeyId;
      sdk_name: string;
      sdk_version: string;
      applied_version: string | null;
      batches: string;
      last_at: Date;
    }>`
      select sdk_key_id, sdk_name, sdk_version, applied_version, count(*) as batches, max(received_at) as last_at
        from burgee.usage_batches
       where tenant_id = ${this.tenantId} and environment_id = ${environmentId}
         and received_at > clock_timestamp() - ${withinMs}::float8 * interval '1 millisecond'
       group by sdk_key_id, sdk_name, sdk_version, applied_version
       order by last_at desc, sdk_key_id, applied_version limit ${limit}`.execute(this.trx);
    return rows.map((row) => ({
      sdkKeyId: row.sdk_key_id,
      sdk: { name: row.sdk_name, version: row.sdk_version },
      applied: row.applied_version,
      batches: Number(row.batches),
      lastAt: row.last_at,
    }));
  }

  /** What has not come in, or is not kept, by kind. */
  async listDrops(
    environmentId: EnvironmentId,
    { from, to }: { readonly from: Date; readonly to: Date },
  ): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ kind: string; count: string }>`
      select kind, sum(count) as count from burgee.usage_drops
       where tenant_id = ${this.tenantId} and environment_id = ${environmentId} and hour >= ${from} and hour < ${to}
       group by kind`.execute(this.trx);
    return new Map(rows.map(({ kind, count }) => [kind, Number(count)]));
  }
}

/** What SDKs tell of. Counts are added up by the hour in which they arrive: an SDK's clock may be wrong. */
export class UsageWriter extends UsageReader {
  /** Adds a batch, whole or not at all. False where one of this id is there already: it counts once. */
  async add(batch: UsageBatch): Promise<boolean> {
    if (!(await this.#addBatch(batch))) return false;
    if (batch.counts.length > 0) await this.#addCounts(batch);
    if (batch.counts.length + batch.unknownKeys.length > 0) await this.#addUnknown(batch);
    if (batch.events.length > 0) await this.#addEvents(batch);
    await this.#addDrops(batch);
    return true;
  }

  async #addBatch({ batchId, environmentId, sdkKeyId, sdk, applied, dropped }: UsageBatch): Promise<boolean> {
    const added = await this.trx
      .insertInto("usage_batches")
      .values({
        tenant_id: this.tenantId,
        batch_id: batchId,
        environment_id: environmentId,
        sdk_key_id: sdkKeyId,
        sdk_name: sdk.name,
        sdk_version: sdk.version,
        applied_version: applied?.version ?? null,
        applied_at: applied?.at ?? null,
        traceparent: applied?.traceparent ?? null,
        dropped_evaluations: String(dropped.evaluations),
        dropped_events: String(dropped.events),
      })
      .onConflict((conflict) => conflict.columns(["tenant_id", "batch_id"]).doNothing())
      .returning("batch_id")
      .executeTakeFirst();
    return added !== undefined;
  }

  /** In one order, so that batches which come at the same time wait for each other, and never both for the other. */
  async #addCounts({ environmentId, counts }: UsageBatch): Promise<void> {
    await sql`
      insert into burgee.toggle_usage (tenant_id, month, environment_id, toggle_id, hour, variant, version, count)
      select ${this.tenantId}::uuid, ${MONTH}, ${environmentId}::uuid, toggle.toggle_id, date_trunc('hour', now(), 'UTC'),
             coalesce(told.variant, ''), coalesce(told.version, 0), sum(told.count)
        from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb)
               as told (toggle text, variant text, version int, count bigint)
        join burgee.environments environment
          on environment.tenant_id = ${this.tenantId} and environment.environment_id = ${environmentId}::uuid
        join burgee.toggles toggle
          on toggle.tenant_id = ${this.tenantId} and toggle.project_id = environment.project_id and toggle.key = told.toggle
       group by toggle.toggle_id, coalesce(told.variant, ''), coalesce(told.version, 0)
       order by toggle.toggle_id, coalesce(told.variant, ''), coalesce(told.version, 0)
      on conflict (tenant_id, month, environment_id, toggle_id, hour, variant, version)
        do update set count = toggle_usage.count + excluded.count`.execute(this.trx);
  }

  /** A counted toggle that the project does not have is unknown as well; a key that an SDK does not know may be an archived one's. */
  async #addUnknown({ environmentId, counts, unknownKeys }: UsageBatch): Promise<void> {
    const counted = counts.map(({ toggle: key, count }) => ({ key, count }));
    await sql`
      with told as (
        select key, sum(count) as count
          from (
            select key, count from jsonb_to_recordset(${JSON.stringify(unknownKeys)}::jsonb) as unknown (key text, count bigint)
            union all
            select key, count from jsonb_to_recordset(${JSON.stringify(counted)}::jsonb) as counted (key text, count bigint)
             where not exists (
               select from burgee.toggles toggle
                 join burgee.environments environment
                   on environment.tenant_id = toggle.tenant_id and environment.project_id = toggle.project_id
                where toggle.tenant_id = ${this.tenantId} and toggle.key = counted.key
                  and environment.environment_id = ${environmentId}::uuid)) as each
         group by key
      ), kept as (
        select toggle_key from burgee.unknown_toggle_usage
         where tenant_id = ${this.tenantId} and month = ${MONTH} and environment_id = ${environmentId}::uuid
           and day = (now() at time zone 'utc')::date
      ), named as (
        select count, case
            when key in (select toggle_key from kept) then key
            when row_number() over (partition by key in (select toggle_key from kept) order by key)
              + (select count(*) from kept) <= ${UNKNOWN_KEYS_A_DAY}::int then key
            else '' end as key
          from told
      )
      insert into burgee.unknown_toggle_usage (tenant_id, month, environment_id, day, toggle_key, count)
      select ${this.tenantId}::uuid, ${MONTH}, ${environmentId}::uuid, (now() at time zone 'utc')::date, key, sum(count)
        from named group by key order by key
      on conflict (tenant_id, month, environment_id, day, toggle_key)
        do update set count = unknown_toggle_usage.count + excluded.count`.execute(this.trx);
  }

  /** Where they wait for a pseudonym: whoever takes batches may be an edge, which has no key for that. */
  async #addEvents({ batchId, environmentId, events }: UsageBatch): Promise<void> {
    await this.trx
      .insertInto("event_intake")
      .values(
        events.map(({ name, at, identifier, context, value }, position) => ({
          tenant_id: this.tenantId,
          batch_id: batchId,
          position,
          environment_id: environmentId,
          name,
          identifier: identifier ?? null,
          context: JSON.stringify(context),
          value: value ?? null,
          happened_at: at,
        })),
      )
      .execute();
  }

  async #addDrops({ environmentId, dropped }: UsageBatch): Promise<void> {
    const kinds = Object.entries(dropped).filter(([, count]) => count > 0);
    if (kinds.length === 0) return;
    const [names, counts] = [kinds.map(([kind]) => kind), kinds.map(([, count]) => String(count))];
    await sql`
      insert into burgee.usage_drops (tenant_id, month, environment_id, hour, kind, count)
      select ${this.tenantId}::uuid, ${MONTH}, ${environmentId}::uuid, date_trunc('hour', now(), 'UTC'), kind, count
        from unnest(${names}::text[], ${counts}::bigint[]) as told (kind, count) order by kind
      on conflict (tenant_id, month, environment_id, hour, kind)
        do update set count = usage_drops.count + excluded.count`.execute(this.trx);
  }
}
