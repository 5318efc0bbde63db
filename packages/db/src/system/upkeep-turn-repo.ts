import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";

/** Work of the whole installation that one worker does at a time, while it holds the turn. */
export interface UpkeepTurn {
  readonly name: string;
  readonly holder: string;
}

export interface UpkeepProgress {
  readonly done: number;
  readonly total: number | null;
}

export class UpkeepTurnStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The turn, for `holdMs`; undefined while somebody has it, or where it is not due yet. Whoever died with it is made up for once its time is over. */
  async take(name: string, holdMs: number): Promise<UpkeepTurn | undefined> {
    const turn = { name, holder: randomUUID() };
    const taken = {
      holder: turn.holder,
      held_until: inMs(holdMs),
      begun_at: sql<Date>`clock_timestamp()`,
      ended_at: null,
      done: "0",
      total: null,
    };
    const row = await this.#db
      .insertInto("upkeep_turns")
      .values({ name, ...taken })
      .onConflict((conflict) =>
        conflict
          .column("name")
          .doUpdateSet(taken)
          .where("upkeep_turns.held_until", "<=", sql<Date>`clock_timestamp()`)
          .where("upkeep_turns.next_at", "<=", sql<Date>`clock_timestamp()`),
      )
      .returning("name")
      .executeTakeFirst();
    return row && turn;
  }

  /** Keeps the turn for `holdMs` from now on, and says how far it is. False where it was lost: somebody else is at it. */
  async keep(
    { name, holder }: UpkeepTurn,
    holdMs: number,
    { done, total }: UpkeepProgress,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("upkeep_turns")
      .set({
        held_until: inMs(holdMs),
        done: String(done),
        total: total === null ? null : String(total),
      })
      .where("name", "=", name)
      .where("holder", "=", holder)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Gives the turn back; the next one is due after `nextInMs`. */
  async end({ name, holder }: UpkeepTurn, nextInMs: number): Promise<void> {
    await this.#db
      .updateTable("upkeep_turns")
      .set({
        held_until: sql<Date>`'-infinity'`,
        next_at: inMs(nextInMs),
        ended_at: sql<Date>`clock_timestamp()`,
      })
      .where("name", "=", name)
      .where("holder", "=", holder)
      .where("ended_at", "is", null)
      .execute();
  }

  /** Has the turn due at once, whenever it would have been. */
  async hasten(name: string): Promise<void> {
    await this.#db
      .updateTable("upkeep_turns")
      .set({ next_at: sql<Date>`'-infinity'` })
      .where("name", "=", name)
      .execute();
  }
}
