import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { EnvironmentId, SdkKeyId } from "../schema/records.ts";

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
  readonly dropped: { readonly evaluations: number; readonly events: number };
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
  readonly context: object;
  readonly value?: number | undefined;
}

/** Keys that no toggle has, kept apart in one environment on one day; further ones are one. */
const UNKNOWN_KEYS_A_DAY = 1_000;

const MONTH = sql<string>`date_trunc('month', now() at time zone 'utc')::date`;

/** What SDKs tell of. Counts are added up by the hour in which they arrive: an SDK's clock may be wrong. */
export class UsageWriter extends Repo {
  /** Adds a batch, whole or not at all. False where one of this id is there already: it counts once. */
  async add(batch: UsageBatch): Promise<boolean> {
    if (!(await this.#addBatch(batch))) return false;
    if (batch.counts.length > 0) await this.#addCounts(batch);
    if (batch.counts.length + batch.unknownKeys.length > 0) await this.#addUnknown(batch);
    if (batch.events.length > 0) await this.#addEvents(batch);
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

  async #addEvents({ batchId, environmentId, events }: UsageBatch): Promise<void> {
    await this.trx
      .insertInto("tracked_events")
      .values(
        events.map(({ name, at, context, value }, position) => ({
          tenant_id: this.tenantId,
          month: MONTH,
          batch_id: batchId,
          position,
          environment_id: environmentId,
          name,
          context: JSON.stringify(context),
          value: value ?? null,
          happened_at: at,
        })),
      )
      .execute();
  }
}
