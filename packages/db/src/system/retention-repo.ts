/** Deletes what has been kept long enough: whole months where nothing of them is to stay, else by rows, some at a time. */
import { type Kysely, sql } from "kysely";
import type { Tables } from "../schema/tables.ts";

/** What goes by its age: the column that tells it, which an index leads with, and the columns of the key. */
const BY_AGE = {
  usage_batches: { column: "received_at", key: ["tenant_id", "batch_id"] },
  tracked_events: { column: "received_at", key: ["tenant_id", "month", "batch_id", "position"] },
  notices: { column: "created_at", key: ["tenant_id", "notice_id"] },
  jobs: { column: "ended_at", key: ["tenant_id", "job_id"] },
  dead_letters: { column: "created_at", key: ["tenant_id", "dead_letter_id"] },
} as const;

/** What goes by its month. Of an outbox what is not published stays, however old. */
const BY_MONTH = {
  toggle_usage: ["tenant_id", "month", "environment_id", "toggle_id", "hour", "variant", "version"],
  unknown_toggle_usage: ["tenant_id", "month", "environment_id", "day", "toggle_key"],
  usage_drops: ["tenant_id", "month", "environment_id", "hour", "kind"],
  tracked_events: ["tenant_id", "month", "batch_id", "position"],
  outbox: ["tenant_id", "month", "environment_id", "epoch", "revision"],
} as const;

export type AgingTable = keyof typeof BY_AGE;
export type MonthlyTable = keyof typeof BY_MONTH;

export class RetentionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Deletes at most `most` rows that are older than that, the oldest first, but for those at which somebody is. Returns how many. */
  async deleteOlder(table: AgingTable, { days, most }: { days: number; most: number }): Promise<number> {
    const { column, key } = BY_AGE[table];
    const old = sql`${sql.ref(column)} < clock_timestamp() - make_interval(days => ${days}::int)`;
    return this.#deleteSome(table, key, { condition: old, order: sql.ref(column), most });
  }

  /**
   * Drops the oldest month of a table, if all of it lies more than so many whole months back. Answers which; undefined where there is
   * none, or where somebody was in its way: the next turn finds it.
   */
  async dropMonth(table: MonthlyTable, months: number): Promise<string | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ month: string | null }>`
        select burgee.lock_expired_month(${table}, ${firstKept(months)})::text as month`.execute(trx);
      const month = rows[0]?.month ?? undefined;
      if (month === undefined || (table === "outbox" && (await isWaiting(trx, month)))) return undefined;
      await sql`select burgee.drop_expired_month(${table}, ${month}::date)`.execute(trx);
      return month;
    });
  }

  /** Deletes at most `most` rows of months that are over: those that never had a partition of their own. Returns how many. */
  async deleteMonths(
    table: MonthlyTable,
    { months, most }: { months: number; most: number },
  ): Promise<number> {
    const over = sql`month < ${firstKept(months)}`;
    const condition = table === "outbox" ? sql`${over} and published` : over;
    return this.#deleteSome(table, BY_MONTH[table], { condition, order: sql.ref("month"), most });
  }

  async #deleteSome(
    table: AgingTable | MonthlyTable,
    key: readonly string[],
    {
      condition,
      order,
      most,
    }: { condition: ReturnType<typeof sql>; order: ReturnType<typeof sql.ref>; most: number },
  ): Promise<number> {
    const columns = sql.join(key.map((name) => sql.ref(name)));
    const { numAffectedRows } = await sql`
      delete from ${sql.table(`burgee.${table}`)} where (${columns}) in (
        select ${columns} from ${sql.table(`burgee.${table}`)} where ${condition} order by ${order} limit ${most}::int)
         and ${condition}`.execute(this.#db);
    return Number(numAffectedRows ?? 0n);
  }
}

/** The month is locked by this transaction. */
async function isWaiting(trx: Kysely<Tables>, month: string): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (select from burgee.outbox where month = ${month}::date and not published) as waiting`.execute(
    trx,
  );
  return rows[0]?.waiting !== false;
}

function firstKept(months: number) {
  return sql`(date_trunc('month', now() at time zone 'utc') - make_interval(months => ${months}::int))::date`;
}
