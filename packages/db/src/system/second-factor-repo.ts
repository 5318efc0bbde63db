import { type Kysely, sql } from "kysely";
import type { UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { type CredentialChange, changeCredentials } from "./credential-repo.ts";

export interface SecondFactor {
  readonly userId: UserId;
  readonly version: number;
  readonly sealedSeed: string;
  /** Whether its person has shown a code of it: until then it is asked for nowhere. */
  readonly isConfirmed: boolean;
  /** The time by the database's clock: codes are of a time. */
  readonly now: Date;
}

/** People's second factors: a sealed seed, and the hashes of codes for who lost it. */
export class SecondFactorStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(userId: UserId): Promise<SecondFactor | undefined> {
    const row = await this.#db
      .selectFrom("second_factors")
      .select(["version", "sealed_seed", "confirmed_at", sql<Date>`clock_timestamp()`.as("now")])
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return (
      row && {
        userId,
        version: row.version,
        sealedSeed: row.sealed_seed,
        isConfirmed: row.confirmed_at !== null,
        now: row.now,
      }
    );
  }

  /** Keeps a seed that is still to be confirmed, in place of an earlier one. False where one is confirmed already. */
  async begin(
    userId: UserId,
    { version, sealedSeed }: Pick<SecondFactor, "version" | "sealedSeed">,
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("second_factors")
      .values({ user_id: userId, version, sealed_seed: sealedSeed })
      .onConflict((conflict) =>
        conflict
          .column("user_id")
          .doUpdateSet({ version, sealed_seed: sealedSeed, last_step: "0" })
          .where("second_factors.confirmed_at", "is", null)
          .where("second_factors.version", "<", version),
      )
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Uses up the code of a step, and of all before it. False where one as late was used already. */
  async useStep(userId: UserId, version: number, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("second_factors")
      .set({ last_step: String(step) })
      .where("user_id", "=", userId)
      .where("version", "=", version)
      .where("last_step", "<", String(step))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** From now on it is asked for; other sessions end. False where the credentials are others by now than those seen. */
  confirm(change: CredentialChange, version: number, codeHashes: readonly Buffer[]): Promise<boolean> {
    return changeCredentials(this.#db, change, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("second_factors")
        .set({ confirmed_at: sql<Date>`clock_timestamp()` })
        .where("user_id", "=", change.userId)
        .where("version", "=", version)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await putCodes(trx, change.userId, codeHashes);
      return true;
    });
  }

  /** Takes it and its codes away; other sessions end. False where the credentials are others by now than those seen. */
  remove(change: CredentialChange): Promise<boolean> {
    return changeCredentials(this.#db, change, async (trx) => {
      const { numDeletedRows } = await trx
        .deleteFrom("second_factors")
        .where("user_id", "=", change.userId)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    });
  }

  /** Uses up a recovery code. False for one that is not there. */
  async useCode(userId: UserId, codeHash: Buffer): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("recovery_codes")
      .where("user_id", "=", userId)
      .where("code_hash", "=", codeHash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async replaceCodes(userId: UserId, codeHashes: readonly Buffer[]): Promise<void> {
    await this.#db.transaction().execute((trx) => putCodes(trx, userId, codeHashes));
  }

  async countCodes(userId: UserId): Promise<number> {
    const { codes } = await this.#db
      .selectFrom("recovery_codes")
      .select((eb) => eb.fn.countAll<string>().as("codes"))
      .where("user_id", "=", userId)
      .executeTakeFirstOrThrow();
    return Number(codes);
  }
}

async function putCodes(trx: Kysely<Tables>, userId: UserId, codeHashes: readonly Buffer[]): Promise<void> {
  // Two that renew at once would leave the codes of both.
  await trx
    .selectFrom("second_factors")
    .select("version")
    .where("user_id", "=", userId)
    .forUpdate()
    .execute();
  await trx.deleteFrom("recovery_codes").where("user_id", "=", userId).execute();
  await trx
    .insertInto("recovery_codes")
    .values(codeHashes.map((hash) => ({ user_id: userId, code_hash: hash })))
    .execute();
}
