import { type Kysely, sql } from "kysely";
import type { UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs } from "./database-clock.ts";

/** So many guesses in a window that begins with the first; named by a hash, of 32 bytes. */
export interface GuessBound {
  readonly bucket: Buffer;
  readonly most: number;
  readonly windowMs: number;
}

/** How often somebody tried to sign in, counted in one place for all processes, by one clock. */
export class GuessStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Counts a guess towards each bound, before it is looked at: of those that come at once no more pass than may.
   * Returns 0 where all bounds still hold, else in how many milliseconds the last of those ends that don't.
   */
  async take(bounds: readonly GuessBound[]): Promise<number> {
    const buckets = bounds.map(({ bucket }) => bucket);
    const windows = bounds.map(({ windowMs }) => windowMs);
    // In the order of buckets, so that two that count the same ones do not wait for each other in a circle.
    const { rows } = await sql<{ bucket: Buffer; guesses: number; left_ms: number }>`
      insert into burgee.guesses as counted (bucket, guesses, ends_at)
      select bucket, 1, clock_timestamp() + window_ms * interval '1 millisecond'
        from unnest(${buckets}::bytea[], ${windows}::float8[]) as bound (bucket, window_ms) order by bucket
      on conflict (bucket) do update set
        guesses = case when counted.ends_at <= clock_timestamp() then 1 else counted.guesses + 1 end,
        ends_at = case when counted.ends_at <= clock_timestamp() then excluded.ends_at else counted.ends_at end
      returning bucket, guesses, (extract(epoch from ends_at - clock_timestamp()) * 1000)::float8 as left_ms`.execute(
      this.#db,
    );
    const overrun = rows.filter(({ bucket, guesses }) =>
      bounds.some((bound) => bound.bucket.equals(bucket) && guesses > bound.most),
    );
    return Math.max(0, ...overrun.map(({ left_ms }) => Math.max(1, left_ms)));
  }

  /** Takes one guess off each: it was right, and so was none. */
  async giveBack(buckets: readonly Buffer[]): Promise<void> {
    await sql`
      update burgee.guesses set guesses = greatest(guesses - 1, 0)
       where bucket in (
         select bucket from burgee.guesses where bucket = any (${buckets}::bytea[]) order by bucket for update)`.execute(
      this.#db,
    );
  }

  /** Whether a person signed in from there before. False for who has no account. */
  async isKnownAddress(email: string, addressHash: Buffer): Promise<boolean> {
    const row = await this.#db
      .selectFrom("known_addresses")
      .innerJoin("users", "users.user_id", "known_addresses.user_id")
      .select("known_addresses.user_id")
      .where("users.email", "=", email)
      .where("users.managed_by", "is", null)
      .where("known_addresses.address_hash", "=", addressHash)
      .executeTakeFirst();
    return row !== undefined;
  }

  async rememberAddress(userId: UserId, addressHash: Buffer): Promise<void> {
    await this.#db
      .insertInto("known_addresses")
      .values({ user_id: userId, address_hash: addressHash })
      .onConflict((conflict) =>
        conflict
          .columns(["user_id", "address_hash"])
          .doUpdateSet({ last_seen_at: sql<Date>`clock_timestamp()` }),
      )
      .execute();
  }

  /** Forgets counts whose window ended, and addresses that nobody signed in from for that long. */
  async sweep({ addressesMs }: { readonly addressesMs: number }): Promise<void> {
    await this.#db.deleteFrom("guesses").where("ends_at", "<=", sql<Date>`clock_timestamp()`).execute();
    await this.#db.deleteFrom("known_addresses").where("last_seen_at", "<=", inMs(-addressesMs)).execute();
  }
}
