/**
 * Sessions of people who signed in, by lucia over our own store: the table holds the hash of a session's id only, and
 * every session has a last day that using it does not move.
 */
import { createHash } from "node:crypto";
import { AppError, type SignedIn } from "@burgee/core";
import type { UserId as PersonId, SessionCredential, SessionStore, TenantId } from "@burgee/db";
import { type Adapter, type DatabaseSession, generateIdFromEntropySize, Lucia, TimeSpan } from "lucia";
import { cookieValue } from "./cookie-value.ts";

interface SessionAttributes {
  readonly tenantId: TenantId;
  readonly credentialsVersion: number;
  readonly userAgent: string;
  /** Which session this is; undefined for one that is being made. */
  readonly credential?: SessionCredential;
}

declare module "lucia" {
  interface Register {
    Lucia: ReturnType<typeof luciaOver>;
    UserId: PersonId;
    DatabaseSessionAttributes: SessionAttributes;
  }
}

/** A session that stands, and the cookie to send where it has a new end or a new id. */
export interface CheckedSession {
  readonly credential: SessionCredential;
  readonly cookie: string | undefined;
}

export interface Sessions {
  /**
   * Starts a session. Returns the cookie that carries it.
   * @throws {AppError} "unauthenticated" where what was proved is not what the person signs in by any more
   */
  begin(signedIn: SignedIn, userAgent: string | undefined): Promise<string>;
  /** Who a request's cookies speak for; undefined for nobody. */
  check(cookieHeader: string | undefined): Promise<CheckedSession | undefined>;
  /** The same, for an answer that goes on and can give no cookie any more: it moves neither the session's end nor its id. */
  look(cookieHeader: string | undefined): Promise<SessionCredential | undefined>;
  /**
   * Gives a session another id; the one before is worth nothing from then on. Returns the cookie that carries it.
   * @throws {AppError} "unauthenticated" where it is over, or was rotated by another request
   */
  rotate(credential: SessionCredential, next?: RotateOptions): Promise<string>;
  /** Ends the session of a request's cookies, if there is one. Returns the cookie that takes it away. */
  end(cookieHeader: string | undefined): Promise<string>;
  /** Whether a request's cookies name a session, whatever that is worth. */
  isNamedBy(cookieHeader: string | undefined): boolean;
}

export interface RotateOptions {
  readonly tenantId?: TenantId;
  readonly isProved?: boolean;
}

/** Without a request for this long a session is over. */
const IDLE = new TimeSpan(12, "h");
/** That it is used is noted as often as that, at most. */
const NOTED_MS = 5 * 60 * 1000;
const LONGEST_MS = 14 * 24 * 60 * 60 * 1000;
/** What lucia makes its ids of: 200 bits. */
const ID_BYTES = 25;
const MAX_USER_AGENT = 256;

/** @param isSecure whether people reach us over https; a browser keeps a `__Host-` cookie from no one else */
export function createSessions(store: SessionStore, { isSecure }: { readonly isSecure: boolean }): Sessions {
  const lucia = luciaOver(store, isSecure);
  const idOf = (cookieHeader: string | undefined) => cookieValue(lucia.sessionCookieName, cookieHeader);
  const cookieOf = (id: string) => lucia.createSessionCookie(id).serialize();

  /** The new id's cookie; undefined where somebody else was first. */
  async function exchange(
    { sessionHash, ...credential }: SessionCredential,
    { tenantId = credential.tenantId, isProved = false }: RotateOptions = {},
  ): Promise<string | undefined> {
    const id = generateIdFromEntropySize(ID_BYTES);
    const isDone = await store.rotate(sessionHash, { sessionHash: hashOf(id), tenantId, isProved });
    return isDone ? cookieOf(id) : undefined;
  }

  return {
    async begin({ userId, tenantId, credentialsVersion }, userAgent = "") {
      const attributes = { tenantId, credentialsVersion, userAgent: userAgent.slice(0, MAX_USER_AGENT) };
      const session = await lucia.createSession(userId, attributes);
      return cookieOf(session.id);
    },

    async check(cookieHeader) {
      const id = idOf(cookieHeader);
      if (!id) return undefined;
      const { session } = await lucia.validateSession(id);
      const credential = session?.credential;
      if (!credential) return undefined;
      // Of requests that come at once one rotates it; the others were valid when they came.
      if (credential.isRoleNew) return { credential, cookie: await exchange(credential) };
      if (credential.idleMs < NOTED_MS) return { credential, cookie: undefined };
      await store.extend(credential.sessionHash, { idleMs: IDLE.milliseconds(), notedMs: NOTED_MS });
      return { credential, cookie: cookieOf(id) };
    },

    async look(cookieHeader) {
      const id = idOf(cookieHeader);
      return id ? (await lucia.validateSession(id)).session?.credential : undefined;
    },

    async rotate(credential, next) {
      const cookie = await exchange(credential, next);
      if (cookie !== undefined) return cookie;
      throw new AppError("unauthenticated", "This session is over; sign in again.");
    },

    async end(cookieHeader) {
      const id = idOf(cookieHeader);
      if (id) await lucia.invalidateSession(id);
      return lucia.createBlankSessionCookie().serialize();
    },

    isNamedBy: (cookieHeader) => idOf(cookieHeader) !== undefined,
  };
}

function luciaOver(store: SessionStore, isSecure: boolean) {
  return new Lucia(adapterOver(store), {
    sessionExpiresIn: IDLE,
    sessionCookie: {
      name: isSecure ? "__Host-burgee" : "burgee",
      attributes: { secure: isSecure, sameSite: "lax", path: "/" },
    },
    getSessionAttributes: ({ credential }: SessionAttributes) => ({ credential }),
  });
}

function adapterOver(store: SessionStore): Adapter {
  return {
    getSessionAndUser: async (id) => {
      const credential = await store.find(hashOf(id));
      if (!credential) return [null, null];
      return [toSession(id, credential), { id: credential.userId, attributes: {} }];
    },
    setSession: async ({ id, userId, attributes }) => {
      const { tenantId, credentialsVersion, userAgent } = attributes;
      const isMade = await store.create({
        tenantId,
        sessionHash: hashOf(id),
        userId,
        credentialsVersion,
        userAgent,
        idleMs: IDLE.milliseconds(),
        longestMs: LONGEST_MS,
      });
      if (!isMade) {
        throw new AppError("unauthenticated", "What you sign in by was changed meanwhile; sign in again.");
      }
    },
    deleteSession: (id) => store.end(hashOf(id)),
    // What follows we ask of the store itself, and lucia never does.
    getUserSessions: unasked,
    updateSessionExpiration: unasked,
    deleteUserSessions: unasked,
    deleteExpiredSessions: unasked,
  };
}

/**
 * The store has judged by the database's clock whether it stands. To lucia, which would judge by ours, and would write at each
 * request of a session's last hours, it looks as if it had just begun.
 */
function toSession(id: string, credential: SessionCredential): DatabaseSession {
  const { userId, tenantId, credentialsVersion } = credential;
  const attributes = { tenantId, credentialsVersion, userAgent: "", credential };
  return { id, userId, expiresAt: new Date(Date.now() + IDLE.milliseconds()), attributes };
}

async function unasked(): Promise<never> {
  throw new TypeError("Lucia asked for what it was not to need.");
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}
