import { type Selectable, sql } from "kysely";
import { isOlderThan } from "../newest-first.ts";
import { Repo } from "../repo.ts";
import type { Actor, DeadLetter, DeadLetterId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export interface NewDeadLetter {
  readonly source: string;
  /** Ids alone: enough to have it done again. */
  readonly payload: object;
  readonly error: string;
  readonly attempts: number;
}

export interface DeadLetterFilter {
  readonly source?: string | undefined;
  /** Those that were replayed, or those that were not; left out, both. */
  readonly isReplayed?: boolean | undefined;
}

interface DeadLetterWindow {
  /** The one after which the page begins. */
  readonly before: DeadLetterId | undefined;
  readonly limit: number;
}

const LONGEST_ERROR = 4_000;

export class DeadLetterReader extends Repo {
  async find(deadLetterId: DeadLetterId): Promise<DeadLetter | undefined> {
    const row = await this.#letters().where("dead_letter_id", "=", deadLetterId).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Newest first. */
  async list(
    { source, isReplayed }: DeadLetterFilter,
    { before, limit }: DeadLetterWindow,
  ): Promise<readonly DeadLetter[]> {
    const rows = await this.#letters()
      .$if(source !== undefined, (query) => query.where("source", "=", source ?? ""))
      .$if(isReplayed !== undefined, (query) =>
        query.where("replayed_at", isReplayed ? "is not" : "is", null),
      )
      .$if(before !== undefined, (query) => query.where(isOlderThan("dead_letters", this.tenantId, before)))
      .orderBy("created_at", "desc")
      .orderBy("dead_letter_id", "desc")
      .limit(limit)
      .execute();
    return rows.map(fromRow);
  }

  #letters() {
    return this.trx.selectFrom("dead_letters").selectAll().where("tenant_id", "=", this.tenantId);
  }
}

export class DeadLetterWriter extends DeadLetterReader {
  async add({ source, payload, error, attempts }: NewDeadLetter): Promise<void> {
    await this.trx
      .insertInto("dead_letters")
      .values({
        tenant_id: this.tenantId,
        source,
        payload: JSON.stringify(payload),
        error: error.slice(0, LONGEST_ERROR),
        attempts,
      })
      .execute();
  }

  /** Undefined where somebody did so before, or does so at this moment. */
  async markReplayed(deadLetterId: DeadLetterId, actor: Actor): Promise<DeadLetter | undefined> {
    const row = await this.trx
      .updateTable("dead_letters")
      .set({ replayed_at: sql<Date>`clock_timestamp()`, replayed_by: actor })
      .where("tenant_id", "=", this.tenantId)
      .where("dead_letter_id", "=", deadLetterId)
      .where("replayed_at", "is", null)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }
}

function fromRow(row: Selectable<Tables["dead_letters"]>): DeadLetter {
  return {
    deadLetterId: row.dead_letter_id,
    source: row.source,
    payload: row.payload,
    error: row.error,
    attempts: row.attempts,
    createdAt: row.created_at,
    replayedAt: row.replayed_at,
    replayedBy: row.replayed_by,
  };
}
