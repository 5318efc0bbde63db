import { type Kysely, type RawBuilder, sql } from "kysely";
import { bindings } from "../members/bindings.ts";
import type { Bindings, Role, SessionId, TenantId, UserId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";
import { inMs, msUntil } from "./database-clock.ts";

export interface NewSession {
  readonly tenantId: TenantId;
  readonly sessionHash: Buffer;
  readonly userId: UserId;
  /** Of the credentials that its person proved. */
  readonly credentialsVersion: number;
  /** What the browser says of itself. */
  readonly userAgent: string;
  /** From now, by the database's clock; moves on while the session is used, up to its last moment. */
  readonly idleMs: number;
  /** From now, by the database's clock, until the last moment, which using the session does not move. */
  readonly longestMs: number;
}

/** A session that stands, with the person as they are in its tenant now. All times by the database's clock. */
export interface SessionCredential {
  readonly tenantId: TenantId;
  readonly sessionHash: Buffer;
  readonly sessionId: SessionId;
  readonly userId: UserId;
  /** What was left when it was found; more where the session is used meanwhile. */
  readonly expiresInMs: number;
  /** Since it was last noted that somebody uses it. */
  readonly idleMs: number;
  /** Since its person last proved who they are, in full; infinite for a session older than that note. */
  readonly provedMsAgo: number;
  readonly name: string;
  readonly email: string;
  readonly credentialsVersion: number;
  readonly role: Role;
  /** The rest of the person's roles in the tenant. */
  readonly bindings: Bindings;
  /** Whether the role is another one than when the session got its id. */
  readonly isRoleNew: boolean;
}

/** One of a person's sessions, as they look at it. */
export interface SessionRecord {
  readonly sessionId: SessionId;
  readonly tenantId: TenantId;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly userAgent: string;
}

/** What a session is after it got a new id. */
export interface NextSession {
  readonly sessionHash: Buffer;
  readonly tenantId: TenantId;
  /** Whether its person proved right now who they are. */
  readonly isProved: boolean;
}

/** Sessions, found by the hash of what only their holder has. */
export class SessionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * False where the person's credentials are others by now than those that were proved. The person's row is held until
   * the session is there, so that whoever changes the credentials finds it, and ends it.
   */
  async create(session: NewSession): Promise<boolean> {
    const { numAffectedRows } = await sql`
      insert into burgee.sessions
        (tenant_id, session_hash, user_id, role, user_agent, expires_at, ends_at, proved_at)
      select ${session.tenantId}::uuid, ${session.sessionHash}::bytea, users.user_id, memberships.role,
             ${session.userAgent}::text, least(${inMs(session.idleMs)}, ${inMs(session.longestMs)}),
             ${inMs(session.longestMs)}, clock_timestamp()
        from burgee.users
        join burgee.memberships using (user_id)
       where users.user_id = ${session.userId} and memberships.tenant_id = ${session.tenantId}
         and users.credentials_version = ${session.credentialsVersion} and ${isOpenToMember}
         for share of users`.execute(this.#db);
    return numAffectedRows === 1n;
  }

  /** Undefined for a session that is unknown or over by the database's clock, whose person left the tenant, or whose tenant is closed to them. */
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
        "sessions.session_id",
        "sessions.user_id",
        "users.name",
        "users.email",
        "users.credentials_version",
        "memberships.role",
        sql<boolean>`sessions.role is distinct from memberships.role`.as("is_role_new"),
        bindings.as("bindings"),
        msUntil("sessions.expires_at").as("expires_in_ms"),
        msSince("sessions.last_seen_at").as("idle_ms"),
        msSince("sessions.proved_at").as("proved_ms_ago"),
      ])
      .where("sessions.session_hash", "=", sessionHash)
      .where("sessions.expires_at", ">", sql<Date>`clock_timestamp()`)
      .where("sessions.ends_at", ">", sql<Date>`clock_timestamp()`)
      .where(isOpenToMember)
      .executeTakeFirst();
    return (
      row && {
        tenantId: row.tenant_id,
        sessionHash: row.session_hash,
        sessionId: row.session_id,
        userId: row.user_id,
        expiresInMs: row.expires_in_ms,
        idleMs: row.idle_ms,
        provedMsAgo: row.proved_ms_ago,
        name: row.name,
        email: row.email,
        credentialsVersion: row.credentials_version,
        role: row.role,
        isRoleNew: row.is_role_new,
        bindings: row.bindings,
      }
    );
  }

  /** A person's sessions that stand, the last used first. */
  async list(userId: UserId): Promise<readonly SessionRecord[]> {
    const rows = await this.#db
      .selectFrom("sessions")
      .select(["session_id", "tenant_id", "created_at", "last_seen_at", "user_agent"])
      .where("user_id", "=", userId)
      .where("expires_at", ">", sql<Date>`clock_timestamp()`)
      .where("ends_at", ">", sql<Date>`clock_timestamp()`)
      .orderBy("last_seen_at", "desc")
      .orderBy("session_id")
      .limit(MOST_LISTED)
      .execute();
    return rows.map((row) => ({
      sessionId: row.session_id,
      tenantId: row.tenant_id,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      userAgent: row.user_agent,
    }));
  }

  /**
   * Notes that it is used, unless that was noted less than `notedMs` ago, and moves the idle end to `idleMs` from now, never
   * past the session's last moment.
   */
  async extend(
    sessionHash: Buffer,
    { idleMs, notedMs }: { readonly idleMs: number; readonly notedMs: number },
  ): Promise<void> {
    await this.#db
      .updateTable("sessions")
      .set({
        expires_at: sql<Date>`least(${inMs(idleMs)}, ends_at)`,
        last_seen_at: sql<Date>`clock_timestamp()`,
      })
      .where("session_hash", "=", sessionHash)
      .where("last_seen_at", "<=", inMs(-notedMs))
      .execute();
  }

  /** Gives it another id, which keeps its last moment. False where it is over, or somebody else was first. */
  async rotate(sessionHash: Buffer, next: NextSession): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update burgee.sessions
         set session_hash = ${next.sessionHash}, tenant_id = memberships.tenant_id, role = memberships.role,
             proved_at = case when ${next.isProved} then clock_timestamp() else proved_at end
        from burgee.memberships
       where sessions.session_hash = ${sessionHash}
         and memberships.tenant_id = ${next.tenantId} and memberships.user_id = sessions.user_id`.execute(
      this.#db,
    );
    return numAffectedRows === 1n;
  }

  async end(sessionHash: Buffer): Promise<void> {
    await this.#db.deleteFrom("sessions").where("session_hash", "=", sessionHash).execute();
  }

  /** Ends one of a person's own. False where they have no such session. */
  async endOne(userId: UserId, sessionId: SessionId): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("sessions")
      .where("user_id", "=", userId)
      .where("session_id", "=", sessionId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Ends every other session of a person, in every tenant. Returns how many. */
  async endOthers(userId: UserId, kept: Buffer): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("sessions")
      .where("user_id", "=", userId)
      .where("session_hash", "<>", kept)
      .executeTakeFirst();
    return Number(numDeletedRows);
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

/** A tenant that goes is open to its owners, who may keep it yet, until it is being erased. */
const isOpenToMember = sql<boolean>`not exists (
  select from burgee.tenant_deletions gone
   where gone.tenant_id = memberships.tenant_id and (gone.begun_at is not null or memberships.role <> 'owner'))`;

/** More than anybody looks through; who has that many ends all others at once. */
const MOST_LISTED = 200;

/** How many milliseconds ago the time in `column` was. */
function msSince(column: string): RawBuilder<number> {
  return sql<number>`((extract(epoch from clock_timestamp()) - extract(epoch from ${sql.ref(column)})) * 1000)::float8`;
}
