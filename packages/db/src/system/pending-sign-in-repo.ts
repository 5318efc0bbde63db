import { type Kysely, sql } from "kysely";
import type { UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";

/** A password was right, and the second factor is still to come. */
export interface PendingSignIn {
  readonly pendingHash: Buffer;
  readonly userId: UserId;
  readonly credentialsVersion: number;
}

/** Sign-ins that are half done, found by the hash of what only their browser has. */
export class PendingSignInStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(
    { pendingHash, userId, credentialsVersion }: PendingSignIn,
    { guesses, longestMs }: { readonly guesses: number; readonly longestMs: number },
  ): Promise<void> {
    await this.#db
      .insertInto("pending_sign_ins")
      .values({
        pending_hash: pendingHash,
        user_id: userId,
        credentials_version: credentialsVersion,
        guesses_left: guesses,
        ends_at: inMs(longestMs),
      })
      .execute();
  }

  /** Spends one of its guesses, before that is looked at. Undefined where it is over, or has none left. */
  async takeGuess(pendingHash: Buffer): Promise<PendingSignIn | undefined> {
    const row = await this.#db
      .updateTable("pending_sign_ins")
      .set((eb) => ({ guesses_left: eb("guesses_left", "-", 1) }))
      .where("pending_hash", "=", pendingHash)
      .where("guesses_left", ">", 0)
      .where("ends_at", ">", sql<Date>`clock_timestamp()`)
      .returning(["user_id", "credentials_version"])
      .executeTakeFirst();
    return row && { pendingHash, userId: row.user_id, credentialsVersion: row.credentials_version };
  }

  /** Ends it. False where somebody ended it before. */
  async end(pendingHash: Buffer): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("pending_sign_ins")
      .where("pending_hash", "=", pendingHash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  /** Forgets those that are over. */
  async sweep(): Promise<void> {
    await this.#db
      .deleteFrom("pending_sign_ins")
      .where("ends_at", "<=", sql<Date>`clock_timestamp()`)
      .execute();
  }
}
