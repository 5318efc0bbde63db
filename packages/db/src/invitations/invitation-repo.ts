import { sql } from "kysely";
import { newId } from "../ids.ts";
import { Repo } from "../repo.ts";
import type { Invitation, InvitationId, Role, UserId } from "../schema/records.ts";
import { inMs } from "../system/database-clock.ts";

export interface NewInvitation {
  /** SHA-256 of what only the link has. */
  readonly tokenHash: Buffer;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: UserId;
  readonly lifeMs: number;
}

const COLUMNS = ["invitation_id", "email", "role", "invited_by", "created_at", "expires_at"] as const;
const NOW = sql<Date>`clock_timestamp()`;

export class InvitationReader extends Repo {
  /** Those that still open something, the newest first. */
  async list(limit: number): Promise<readonly Invitation[]> {
    const rows = await this.trx
      .selectFrom("invitations")
      .select(COLUMNS)
      .where("tenant_id", "=", this.tenantId)
      .where("expires_at", ">", NOW)
      .orderBy("created_at", "desc")
      .limit(limit)
      .execute();
    return rows.map(fromRow);
  }
}

export class InvitationWriter extends InvitationReader {
  /** In place of an earlier one for the same address, whose link opens nothing more. */
  async create({ tokenHash, email, role, invitedBy, lifeMs }: NewInvitation): Promise<Invitation> {
    await this.#delete()
      .where((row) => row.or([row("email", "=", email), row("expires_at", "<=", NOW)]))
      .execute();
    const row = await this.trx
      .insertInto("invitations")
      .values({
        tenant_id: this.tenantId,
        invitation_id: newId<InvitationId>(),
        token_hash: tokenHash,
        email,
        role,
        invited_by: invitedBy,
        expires_at: inMs(lifeMs),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Uses it up: of several who come with the same link, one gets it. */
  async take(invitationId: InvitationId, tokenHash: Buffer): Promise<Invitation | undefined> {
    const row = await this.#delete()
      .where("invitation_id", "=", invitationId)
      .where("token_hash", "=", tokenHash)
      .where("expires_at", ">", NOW)
      .returning(COLUMNS)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async revoke(invitationId: InvitationId): Promise<Invitation | undefined> {
    const row = await this.#delete()
      .where("invitation_id", "=", invitationId)
      .returning(COLUMNS)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** @param email in lower case */
  async revokeOf(email: string): Promise<void> {
    await this.#delete().where("email", "=", email).execute();
  }

  /** Those that a person sent. */
  async revokeBy(userId: UserId): Promise<void> {
    await this.#delete().where("invited_by", "=", userId).execute();
  }

  #delete() {
    return this.trx.deleteFrom("invitations").where("tenant_id", "=", this.tenantId);
  }
}

function fromRow(row: {
  invitation_id: InvitationId;
  email: string;
  role: Role;
  invited_by: UserId;
  created_at: Date;
  expires_at: Date;
}): Invitation {
  return {
    invitationId: row.invitation_id,
    email: row.email,
    role: row.role,
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
