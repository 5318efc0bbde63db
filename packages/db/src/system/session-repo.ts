import { type Kysely, sql } from "kysely";
import type { Role, TenantId, UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs, msUntil } from "./database-clock.ts";

export interface NewSession {
  readonly tenantId: TenantId;
  readonly sessionHash: Buffer;
  readonly userId: UserId;
  /** From now, by the database's clock; moves on while the session is used, up to its last moment. */
  readonly idleMs: number;
  /** From now, by the database's clock, until the last moment, which using the session does not move. */
  readonly longestMs: number;
}

/** A session that stands, with the person as they are in its tenant now. */
export interface SessionCredential {
  readonly tenantId: TenantId;
  readonly sessionHash: Buffer;
  readonly userId: UserId;
  /** What was left, by the database's clock, when it was found; more where the session is used meanwhile. */
  readonly expiresInMs: number;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** Sessions, found by the hash of what only their holder has. */
export class SessionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(session: NewSession): Promise<void> {
    await this.#db
      .insertInto("sessions")
      .values({
        tenant_id: session.tenantId,
        session_hash: session.sessionHash,
        user_id: session.userId,
        expires_at: sql<Date>`least(${inMs(session.idleMs)}, ${inMs(session.longestMs)})`,
        ends_at: inMs(session.longestMs),
      })
      .execute();
  }

  /** Undefined for a session that is unknown or over by the database's clock, or whose person left the tenant. */
  async find(sessionHash: Buffer): Promise<SessionCredential | undefined> {
    const row = await this.#db
      .selectFrom("sessions")
      .innerJoin("users", "users.user_id", "sessions.user_id")
      .innerJoin("memberships", (join) =>
        join
          .onRef("memberships.tenant_id", "=", "sessions.tenant_id")
          .onRef("memberships.user_id", "=", "sessions.user_id"),
      )
      .select([
        "sessions.tenant_id",
        "sessions.session_hash",
        "sessions.user_id",
        "users.name",
        "users.email",
        "memberships.role",
        msUntil("sessions.expires_at").as("expires_in_ms"),
      ])
      .where("sessions.session_hash", "=", sessionHash)
      .where("sessions.expires_at", ">", sql<Date>`clock_timestamp()`)
      .where("sessions.ends_at", ">", sql<Date>`clock_timestamp()`)
      .executeTakeFirst();
    return (
      row && {
        tenantId: row.tenant_id,
        sessionHash: row.session_hash,
        userId: row.user_id,
        expiresInMs: row.expires_in_ms,
        name: row.name,
        email: row.email,
        role: row.role,
      }
    );
  }

  /** Moves the idle end to `idleMs` from now, never past the session's last moment. */
  async extend(sessionHash: Buffer, idleMs: number): Promise<void> {
    await this.#db
      .updateTable("sessions")
      .set({ expires_at: sql<Date>`least(${inMs(idleMs)}, ends_at)` })
      .where("session_hash", "=", sessionHash)
      .execute();
  }

  async end(sessionHash: Buffer): Promise<void> {
    await this.#db.deleteFrom("sessions").where("session_hash", "=", sessionHash).execute();
  }

  /** Ends every session of a person, in every tenant. */
  async endAll(userId: UserId): Promise<void> {
    await this.#db.deleteFrom("sessions").where("user_id", "=", userId).execute();
  }

  /** Forgets sessions that are over. */
  async sweep(): Promise<void> {
    await this.#db
      .deleteFrom("sessions")
      .where((eb) =>
        eb.or([
          eb("expires_at", "<=", sql<Date>`clock_timestamp()`),
          eb("ends_at", "<=", sql<Date>`clock_timestamp()`),
        ]),
      )
      .execute();
  }
}
