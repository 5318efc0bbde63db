import { type Selectable, sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type { Actor, ScimToken, ScimTokenId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export interface NewScimToken {
  readonly hash: Buffer;
  readonly display: string;
  readonly name: string;
  readonly expiresAt: Date;
  /** The token in whose place it comes. */
  readonly replaces: ScimTokenId | null;
}

const replacedBy = sql<ScimTokenId | null>`(
  select successor.scim_token_id from burgee.scim_tokens successor
   where successor.tenant_id = scim_tokens.tenant_id and successor.replaces = scim_tokens.scim_token_id)`.as(
  "replaced_by",
);

export class ScimTokenReader extends Repo {
  async list(): Promise<readonly ScimToken[]> {
    const rows = await this.select().orderBy("created_at").orderBy("scim_token_id").execute();
    return rows.map(fromRow);
  }

  /** Neither revoked nor expired. */
  async countLive(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("scim_tokens")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", sql<Date>`clock_timestamp()`)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Whether a directory manages this tenant's people: from its first token until its last one is revoked, expired ones included. */
  async isProvisioned(): Promise<boolean> {
    const row = await this.trx
      .selectFrom("scim_tokens")
      .select("scim_token_id")
      .where("tenant_id", "=", this.tenantId)
      .where("revoked_at", "is", null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  protected select() {
    return this.trx
      .selectFrom("scim_tokens")
      .selectAll()
      .select(replacedBy)
      .where("tenant_id", "=", this.tenantId);
  }
}

export class ScimTokenWriter extends ScimTokenReader {
  async create(token: NewScimToken, actor: Actor): Promise<ScimToken> {
    const row = await this.trx
      .insertInto("scim_tokens")
      .values({
        tenant_id: this.tenantId,
        scim_token_id: newId<ScimTokenId>(),
        hash: token.hash,
        display: token.display,
        name: token.name,
        created_by: actor,
        expires_at: token.expiresAt,
        replaces: token.replaces,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow({ ...row, replaced_by: null });
  }

  /** Keeps others from changing it until this transaction ends. */
  async lock(scimTokenId: ScimTokenId): Promise<ScimToken | undefined> {
    const row = await this.select().where("scim_token_id", "=", scimTokenId).forUpdate().executeTakeFirst();
    return row && fromRow(row);
  }

  /** By the database's clock. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(this.trx);
    const [row] = rows;
    if (!row) throw new Error("The database does not say what time it is.");
    return row.now;
  }

  async setEnd(scimTokenId: ScimTokenId, expiresAt: Date): Promise<void> {
    await this.trx
      .updateTable("scim_tokens")
      .set({ expires_at: expiresAt })
      .where("tenant_id", "=", this.tenantId)
      .where("scim_token_id", "=", scimTokenId)
      .execute();
  }

  async revoke(scimTokenId: ScimTokenId): Promise<void> {
    await this.trx
      .updateTable("scim_tokens")
      .set({ revoked_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("scim_token_id", "=", scimTokenId)
      .execute();
  }
}

function fromRow(
  row: Selectable<Tables["scim_tokens"]> & { readonly replaced_by: ScimTokenId | null },
): ScimToken {
  return {
    scimTokenId: row.scim_token_id,
    display: row.display,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    replaces: row.replaces,
    replacedBy: row.replaced_by,
  };
}
