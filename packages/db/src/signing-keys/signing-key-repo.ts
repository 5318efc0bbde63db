import { type Selectable, sql } from "kysely";
import { Repo } from "../repo.ts";
import type { SigningKey } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export type NewSigningKey = Pick<SigningKey, "signingKeyId" | "publicKey" | "sealedPrivate">;

export class SigningKeyReader extends Repo {
  /** Those that sign at this moment: the current one first, then those that it takes the place of. */
  async listValid(): Promise<readonly SigningKey[]> {
    return (await this.selectValid().execute()).map(fromRow);
  }

  protected selectValid() {
    return this.trx
      .selectFrom("signing_keys")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where((eb) =>
        eb.or([eb("retires_at", "is", null), eb("retires_at", ">", sql<Date>`clock_timestamp()`)]),
      )
      .orderBy("created_at", "desc")
      .orderBy("signing_key_id", "desc");
  }
}

export class SigningKeyWriter extends SigningKeyReader {
  /** As `listValid`, until the transaction ends: who rotates next waits. */
  async lockValid(): Promise<readonly SigningKey[]> {
    return (await this.selectValid().forUpdate().execute()).map(fromRow);
  }

  /** Adds the current key, unless there is one. */
  async add({ signingKeyId, publicKey, sealedPrivate }: NewSigningKey): Promise<void> {
    await this.trx
      .insertInto("signing_keys")
      .values({
        tenant_id: this.tenantId,
        signing_key_id: signingKeyId,
        public_key: publicKey,
        sealed_private: sealedPrivate,
      })
      .onConflict((conflict) => conflict.column("tenant_id").where("retires_at", "is", null).doNothing())
      .execute();
  }

  /** Ends every key within `withinMs` from now on, the current one too; forgets those that have ended. */
  async retireAll(withinMs: number): Promise<void> {
    const end = sql<Date>`clock_timestamp() + ${withinMs} * interval '1 millisecond'`;
    await this.trx
      .updateTable("signing_keys")
      .set({ retires_at: sql<Date>`least(retires_at, ${end})` })
      .where("tenant_id", "=", this.tenantId)
      .execute();
    await this.trx
      .deleteFrom("signing_keys")
      .where("tenant_id", "=", this.tenantId)
      .where("retires_at", "<=", sql<Date>`clock_timestamp()`)
      .execute();
  }
}

function fromRow(row: Selectable<Tables["signing_keys"]>): SigningKey {
  return {
    signingKeyId: row.signing_key_id,
    publicKey: row.public_key,
    sealedPrivate: row.sealed_private,
    createdAt: row.created_at,
    retiresAt: row.retires_at,
  };
}
