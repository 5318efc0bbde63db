import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type { ConnectionId, Identity, UserId } from "../schema/records.ts";
import { inMs } from "../system/database-clock.ts";

/** A sign-in that a browser took to its provider. */
export interface SingleSignOnAttempt {
  readonly stateHash: Buffer;
  readonly connectionId: ConnectionId;
  readonly connectionVersion: number;
  /** Of what only the browser has that began it. */
  readonly browserHash: Buffer;
  readonly returnTo: string;
  /** Who tries the connection out; null for a sign-in. */
  readonly testerId: UserId | null;
}

/** Sign-ins under way, and whom a provider spoke for. */
export class SingleSignOnWriter extends Repo {
  async begin(attempt: SingleSignOnAttempt, longestMs: number): Promise<void> {
    await this.trx
      .insertInto("oidc_attempts")
      .values({
        tenant_id: this.tenantId,
        state_hash: attempt.stateHash,
        connection_id: attempt.connectionId,
        connection_version: attempt.connectionVersion,
        browser_hash: attempt.browserHash,
        return_to: attempt.returnTo,
        tester_id: attempt.testerId,
        ends_at: inMs(longestMs),
      })
      .execute();
  }

  /** Once: it is gone then, whatever becomes of it. Undefined where there is none, or it is over. */
  async take(stateHash: Buffer): Promise<SingleSignOnAttempt | undefined> {
    const row = await this.trx
      .deleteFrom("oidc_attempts")
      .where("tenant_id", "=", this.tenantId)
      .where("state_hash", "=", stateHash)
      .returningAll()
      .returning(sql<boolean>`ends_at > clock_timestamp()`.as("is_open"))
      .executeTakeFirst();
    if (!row?.is_open) return undefined;
    return {
      stateHash,
      connectionId: row.connection_id,
      connectionVersion: row.connection_version,
      browserHash: row.browser_hash,
      returnTo: row.return_to,
      testerId: row.tester_id,
    };
  }

  /** Holds the connection until the transaction ends, so that one person is not made twice. False where it is another by now. */
  async lockConnection(connectionId: ConnectionId, version: number): Promise<boolean> {
    const row = await this.trx
      .selectFrom("oidc_connections")
      .select("version")
      .where("tenant_id", "=", this.tenantId)
      .where("connection_id", "=", connectionId)
      .forUpdate()
      .executeTakeFirst();
    return row?.version === version;
  }

  async findUser(issuer: string, subject: string): Promise<UserId | undefined> {
    const row = await this.trx
      .selectFrom("oidc_identities")
      .select("user_id")
      .where("tenant_id", "=", this.tenantId)
      .where("issuer", "=", issuer)
      .where("subject", "=", subject)
      .executeTakeFirst();
    return row?.user_id;
  }

  /** By whom a provider means this person. */
  async listIdentities(userId: UserId): Promise<readonly Identity[]> {
    return this.trx
      .selectFrom("oidc_identities")
      .select(["issuer", "subject"])
      .where("tenant_id", "=", this.tenantId)
      .where("user_id", "=", userId)
      .execute();
  }

  async addIdentity(issuer: string, subject: string, userId: UserId): Promise<void> {
    await this.trx
      .insertInto("oidc_identities")
      .values({ tenant_id: this.tenantId, issuer, subject, user_id: userId })
      .execute();
  }
}
