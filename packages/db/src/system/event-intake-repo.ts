import { type Kysely, sql } from "kysely";
import { addObservations, type GuardObservation } from "../guards/add-observations.ts";
import type { EnvironmentId, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** Pseudonyms of identifiers, each of 32 bytes; for all that are asked for. */
export type PseudonymsOf = (identifiers: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>;

/** An event as it came in. */
export interface IncomingEvent {
  readonly environmentId: EnvironmentId;
  readonly name: string;
  readonly identifier: string | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly value: number | null;
  readonly happenedAt: Date;
  readonly receivedAt: Date;
}

/** What events say to guards, and who each observation is of, as it was sent. */
export type Observe = (
  events: readonly IncomingEvent[],
) => readonly (GuardObservation & { readonly unit: string })[];

interface TakingOn {
  readonly pseudonymsOf: PseudonymsOf;
  readonly observe: Observe;
}

interface IntakeRow {
  readonly batch_id: string;
  readonly position: number;
  readonly environment_id: EnvironmentId;
  readonly name: string;
  readonly identifier: string | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly value: number | null;
  readonly happened_at: Date;
  /** A text: a Date would cut off its microseconds. */
  readonly received_at: string;
}

/** Events as they came, until somebody who has the keyring takes them on. */
export class EventIntakeStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Tenants that stay whose events wait, in any order. */
  async listTenants(limit: number): Promise<readonly TenantId[]> {
    const { rows } = await sql<{ tenant_id: TenantId }>`
      select tenant_id from (select distinct tenant_id from burgee.event_intake) waiting
       where not exists (select from burgee.tenant_deletions gone where gone.tenant_id = waiting.tenant_id)
       order by random() limit ${limit}`.execute(this.#db);
    return rows.map(({ tenant_id }) => tenant_id);
  }

  /**
   * Moves at most `most` events of one tenant to where they are kept, with pseudonyms in place of identifiers, and counts them for guards; in one
   * transaction, so each exactly once. Returns how many; those at which somebody else is are left to them.
   */
  move(tenantId: TenantId, most: number, { pseudonymsOf, observe }: TakingOn): Promise<number> {
    return this.#db.transaction().execute(async (trx) => {
      const { rows } = await sql<IntakeRow>`
        select batch_id, position, environment_id, name, identifier, context, value, happened_at, received_at::text as received_at
          from burgee.event_intake where tenant_id = ${tenantId}
         limit ${most} for update skip locked`.execute(trx);
      if (rows.length === 0) return 0;
      const observations = observe(rows.map(fromRow));
      const identifiers = rows.flatMap(({ identifier }) => identifier ?? []);
      const units = observations.map(({ unit }) => unit);
      const pseudonyms = await pseudonymsOf([...new Set([...identifiers, ...units])]);
      await addObservations(
        trx,
        tenantId,
        observations.flatMap(({ unit, ...observation }) => {
          const subject = pseudonyms.get(unit);
          return subject ? [{ ...observation, subject }] : [];
        }),
      );
      const kept = rows.map(({ identifier, ...row }) => ({
        ...row,
        subject: identifier === null ? null : (pseudonyms.get(identifier)?.toString("hex") ?? null),
      }));
      await sql`
        insert into burgee.tracked_events
               (tenant_id, month, batch_id, position, environment_id, name, subject, context, value, happened_at, received_at)
        select ${tenantId}::uuid, date_trunc('month', received_at at time zone 'utc')::date, batch_id, position, environment_id, name,
               decode(subject, 'hex'), context, value, happened_at, received_at
          from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as moved (
                 batch_id uuid, position int, environment_id uuid, name text, subject text, context jsonb, value double precision,
                 happened_at timestamptz, received_at timestamptz)`.execute(trx);
      await sql`
        delete from burgee.event_intake where tenant_id = ${tenantId}
           and (batch_id, position) in (
             select * from unnest(${rows.map((row) => row.batch_id)}::uuid[], ${rows.map((row) => row.position)}::int[]))`.execute(
        trx,
      );
      return rows.length;
    });
  }

  /** Gives up events that waited for that long, with whoever's they are, and counts them. */
  async giveUp({ afterMs }: { readonly afterMs: number }): Promise<void> {
    await sql`
      with late as (
        delete from burgee.event_intake where received_at < clock_timestamp() - ${afterMs}::float8 * interval '1 millisecond'
        returning tenant_id, environment_id)
      insert into burgee.usage_drops (tenant_id, month, environment_id, hour, kind, count)
      select tenant_id, date_trunc('month', now() at time zone 'utc')::date, environment_id, date_trunc('hour', now(), 'UTC'),
             'late_events', count(*)
        from late group by tenant_id, environment_id order by tenant_id, environment_id
      on conflict (tenant_id, month, environment_id, hour, kind) do update set count = usage_drops.count + excluded.count`.execute(
      this.#db,
    );
  }
}

function fromRow(row: IntakeRow): IncomingEvent {
  return {
    environmentId: row.environment_id,
    name: row.name,
    identifier: row.identifier,
    context: row.context,
    value: row.value,
    happenedAt: row.happened_at,
    receivedAt: new Date(row.received_at),
  };
}
