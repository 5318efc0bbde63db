/**
 * Sessions of people who signed in, by lucia over our own store: the table holds the hash of a session's id only, and
 * every session has a last day that using it does not move.
 */
import { createHash } from "node:crypto";
import type { SignedIn } from "@burgee/core";
import type { UserId as PersonId, SessionCredential, SessionStore, TenantId } from "@burgee/db";
import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from "lucia";

interface SessionAttributes {
  readonly tenantId: TenantId;
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

/** A session that stands, and the cookie to send where its idle end moved. */
export interface CheckedSession {
  readonly credential: SessionCredential;
  readonly cookie: string | undefined;
}

export interface Sessions {
  /** Starts a session. Returns the cookie that carries it. */
  begin(signedIn: SignedIn): Promise<string>;
  /** Who a request's cookies speak for; undefined for nobody. */
  check(cookieHeader: string | undefined): Promise<CheckedSession | undefined>;
  /** Ends the session of a request's cookies, if there is one. Returns the cookie that takes it away. */
  end(cookieHeader: string | undefined): Promise<string>;
}

/** Without a request for this long a session is over; half of it gone, a request moves its end. */
const IDLE = new TimeSpan(12, "h");
const LONGEST_MS = 14 * 24 * 60 * 60 * 1000;

/** @param isSecure whether people reach us over https; a browser keeps a `__Host-` cookie from no one else */
export function createSessions(store: SessionStore, { isSecure }: { readonly isSecure: boolean }): Sessions {
  const lucia = luciaOver(store, isSecure);
  const idOf = (cookieHeader: string | undefined) => cookieValue(lucia.sessionCookieName, cookieHeader);

  return {
    async begin({ userId, tenantId }) {
      const session = await lucia.createSession(userId, { tenantId });
      return lucia.createSessionCookie(session.id).serialize();
    },

    async check(cookieHeader) {
      const id = idOf(cookieHeader);
      if (!id) return undefined;
      const { session } = await lucia.validateSession(id);
      if (!session?.credential) return undefined;
      return {
        credential: session.credential,
        cookie: session.fresh ? lucia.createSessionCookie(id).serialize() : undefined,
      };
    },

    async end(cookieHeader) {
      const id = idOf(cookieHeader);
      if (id) await lucia.invalidateSession(id);
      return lucia.createBlankSessionCookie().serialize();
    },
  };
}

/** Our own cookie, whatever other programs of the same host keep in theirs. */
function cookieValue(name: string, cookieHeader = ""): string | undefined {
  const prefix = `${name}=`;
  const cookie = cookieHeader.split(";").find((each) => each.trim().startsWith(prefix));
  return cookie?.trim().slice(prefix.length) || undefined;
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
    // A stored session can't be told from another without its id, so there is nothing to list.
    getUserSessions: async () => [],
    setSession: (session) =>
      store.create({
        tenantId: session.attributes.tenantId,
        sessionHash: hashOf(session.id),
        userId: session.userId,
        idleMs: IDLE.milliseconds(),
        longestMs: LONGEST_MS,
      }),
    updateSessionExpiration: (id) => store.extend(hashOf(id), IDLE.milliseconds()),
    deleteSession: (id) => store.end(hashOf(id)),
    deleteUserSessions: (userId) => store.endAll(userId),
    deleteExpiredSessions: () => store.sweep(),
  };
}

/** What is left by the database's clock, said by ours, since lucia compares with that. */
function toSession(id: string, credential: SessionCredential): DatabaseSession {
  const { userId, tenantId, expiresInMs } = credential;
  const expiresAt = new Date(Date.now() + expiresInMs);
  return { id, userId, expiresAt, attributes: { tenantId, credential } };
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}
