import { type Selectable, sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type {
  EnvironmentId,
  ScheduledChange,
  ScheduledChangeId,
  ScheduledChangeStatus,
  ToggleId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "../system/database-clock.ts";

export type NewScheduledChange = Pick<
  ScheduledChange,
  "environmentId" | "toggleId" | "edit" | "dueAt" | "zone" | "expectedVersion" | "plannedBy"
>;

export interface ScheduledChangeFilter {
  readonly environmentId: EnvironmentId;
  readonly toggleId?: ToggleId | undefined;
  readonly status?: ScheduledChangeStatus | undefined;
  /** The last one of the page before. */
  readonly after?: ScheduledChangeId | undefined;
  readonly limit: number;
}

type Ending =
  | { readonly status: "applied"; readonly revision: number }
  | { readonly status: "conflict" | "failed"; readonly error: NonNullable<ScheduledChange["error"]> }
  | { readonly status: "cancelled" };

export class ScheduledChangeReader extends Repo {
  async find(scheduledChangeId: ScheduledChangeId): Promise<ScheduledChange | undefined> {
    const row = await this.#changes().where("scheduled_change_id", "=", scheduledChangeId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Of one environment, those that are due last first. */
  async list({
    environmentId,
    toggleId,
    status,
    after,
    limit,
  }: ScheduledChangeFilter): Promise<readonly ScheduledChange[]> {
    const rows = await this.#changes()
      .where("environment_id", "=", environmentId)
      .$if(toggleId !== undefined, (query) => query.where("toggle_id", "=", toggleId ?? null))
      .$if(status !== undefined, (query) => query.where("status", "=", status ?? "waiting"))
      .$if(after !== undefined, (query) =>
        query.where(
          sql<boolean>`(due_at, scheduled_change_id) < (
            select due_at, scheduled_change_id from burgee.scheduled_changes
             where tenant_id = ${this.tenantId} and scheduled_change_id = ${after ?? null})`,
        ),
      )
      .orderBy("due_at", "desc")
      .orderBy("scheduled_change_id", "desc")
      .limit(limit)
      .execute();
    return rows.map(fromRow);
  }

  /** How many wait for one setting. */
  async countWaiting(environmentId: EnvironmentId, toggleId: ToggleId): Promise<number> {
    const { count } = await this.trx
      .selectFrom("scheduled_changes")
      .select((eb) => eb.fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", environmentId)
      .where("toggle_id", "=", toggleId)
      .where("status", "=", "waiting")
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /**
   * The one of an environment that is to be applied next, by the database's clock: the first that is due, where none of the same
   * toggle that was due before it still waits to be tried again.
   */
  async findDue(environmentId: EnvironmentId): Promise<ScheduledChange | undefined> {
    const row = await this.#changes()
      .where("environment_id", "=", environmentId)
      .where("status", "=", "waiting")
      .where("try_at", "<=", sql<Date>`clock_timestamp()`)
      .where(
        sql<boolean>`not exists (
          select from burgee.scheduled_changes earlier
           where earlier.tenant_id = scheduled_changes.tenant_id and earlier.environment_id = scheduled_changes.environment_id
             and earlier.toggle_id = scheduled_changes.toggle_id and earlier.status = 'waiting'
             and earlier.try_at > clock_timestamp()
             and (earlier.due_at, earlier.planned_at) < (scheduled_changes.due_at, scheduled_changes.planned_at))`,
      )
      .orderBy("due_at")
      .orderBy("planned_at")
      .limit(1)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  #changes() {
    return this.trx.selectFrom("scheduled_changes").selectAll().where("tenant_id", "=", this.tenantId);
  }
}

export class ScheduledChangeWriter extends ScheduledChangeReader {
  /** Undefined for a moment that is over, or farther away than `withinMs`, by the database's clock. */
  async create(change: NewScheduledChange, withinMs: number): Promise<ScheduledChange | undefined> {
    const id = newId<ScheduledChangeId>();
    const { numInsertedOrUpdatedRows } = await this.trx
      .insertInto("scheduled_changes")
      .columns([
        ...(["tenant_id", "scheduled_change_id", "environment_id", "toggle_id", "edit", "due_at"] as const),
        ...(["zone", "expected_version", "planned_by", "try_at"] as const),
      ])
      .expression(
        sql`select ${this.tenantId}::uuid, ${id}::uuid, ${change.environmentId}::uuid, ${change.toggleId}::uuid,
                   ${JSON.stringify(change.edit)}::jsonb, ${change.dueAt}::timestamptz, ${change.zone}::text,
                   ${change.expectedVersion}::int, ${change.plannedBy}::uuid, ${change.dueAt}::timestamptz
             where ${change.dueAt}::timestamptz between clock_timestamp() and ${inMs(withinMs)}`,
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n ? this.find(id) : undefined;
  }

  /** Ends one that waits. False when it has ended before: there is nothing to do then. */
  async end(scheduledChangeId: ScheduledChangeId, ending: Ending): Promise<boolean> {
    const { numUpdatedRows } = await this.#waiting()
      .set({
        status: ending.status,
        ended_at: sql<Date>`clock_timestamp()`,
        ...("revision" in ending && { revision: String(ending.revision) }),
        ...("error" in ending && { error: JSON.stringify(ending.error) }),
      })
      .where("scheduled_change_id", "=", scheduledChangeId)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Cancels what waits for a toggle, in every environment. */
  async cancelOfToggle(toggleId: ToggleId): Promise<void> {
    await this.#waiting()
      .set({ status: "cancelled", ended_at: sql<Date>`clock_timestamp()` })
      .where("toggle_id", "=", toggleId)
      .execute();
  }

  /** Has one that waits tried again after a while. */
  async putOff(scheduledChangeId: ScheduledChangeId, delayMs: number): Promise<void> {
    await this.#waiting()
      .set((eb) => ({ failures: eb("failures", "+", 1), try_at: inMs(delayMs) }))
      .where("scheduled_change_id", "=", scheduledChangeId)
      .execute();
  }

  #waiting() {
    return this.trx
      .updateTable("scheduled_changes")
      .where("tenant_id", "=", this.tenantId)
      .where("status", "=", "waiting");
  }
}

function fromRow(row: Selectable<Tables["scheduled_changes"]>): ScheduledChange {
  return {
    scheduledChangeId: row.scheduled_change_id,
    environmentId: row.environment_id,
    toggleId: row.toggle_id,
    status: row.status,
    edit: row.edit,
    dueAt: row.due_at,
    zone: row.zone,
    expectedVersion: row.expected_version,
    plannedBy: row.planned_by,
    plannedAt: row.planned_at,
    failures: row.failures,
    endedAt: row.ended_at,
    revision: row.revision === null ? null : Number(row.revision),
    error: row.error,
  };
}
