/** Who asks over tRPC: a program with a personal key, or a person's browser with a session. */
import { AppError, type Caller, type KeyChecker, type Person } from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import type { Request, Response } from "express";
import type { MakeCaller } from "../access/callers.ts";
import { personalKey } from "../access/credential.ts";
import { keyOf } from "../access/key-of.ts";
import type { ExplainOne } from "../evaluations/evaluate.ts";
import { demandSameOrigin } from "../sessions/same-origin.ts";
import type { CheckedSession, Sessions } from "../sessions/sessions.ts";
import { toTrpcError } from "./to-trpc-error.ts";

export interface ContextDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly keys: KeyChecker;
  readonly sessions: Sessions;
  readonly makeCaller: MakeCaller;
  readonly explainOne: ExplainOne;
  readonly publicUrl: string | undefined;
}

export interface Context {
  readonly db: Database;
  readonly system: SystemDatabase;
  /** Undefined for who has neither key nor session. */
  readonly caller: Caller | undefined;
  readonly session: CheckedSession["credential"] | undefined;
  readonly sessions: Sessions;
  readonly explainOne: ExplainOne;
  readonly cookieHeader: string | undefined;
  readonly setCookie: (cookie: string) => void;
  /** @throws {AppError} "forbidden" */
  readonly demandSameOrigin: () => void;
  /** The caller. @throws {TRPCError} where there is none */
  readonly demandCaller: () => Caller;
}

interface Exchange {
  readonly req: Request;
  readonly res: Response;
}

export function contextMaker({ db, system, keys, sessions, makeCaller, explainOne, publicUrl }: ContextDeps) {
  return async ({ req, res }: Exchange): Promise<Context> => {
    const requestId = String(res.locals.requestId);
    try {
      const cookieHeader = keyOf(req) === undefined ? req.headers.cookie : undefined;
      const session = await sessions.check(cookieHeader);
      if (session && req.method !== "GET") demandSameOrigin(req, publicUrl);
      if (session?.cookie) res.appendHeader("set-cookie", session.cookie);
      const person = session ? personOf(session) : await personByKey(req);
      const caller = person && makeCaller({ credential: { person }, request: req, requestId });
      return {
        db,
        system,
        caller,
        session: session?.credential,
        sessions,
        explainOne,
        cookieHeader,
        setCookie: (cookie) => void res.appendHeader("set-cookie", cookie),
        demandSameOrigin: () => demandSameOrigin(req, publicUrl),
        demandCaller: () => {
          if (caller) return caller;
          throw toTrpcError(
            new AppError(
              "unauthenticated",
              "Send a personal key (Authorization: Bearer bg_pat_…), or sign in.",
            ),
          );
        },
      };
    } catch (cause) {
      throw toTrpcError(cause);
    }
  };

  async function personByKey(req: Request): Promise<Person | undefined> {
    const key = keyOf(req);
    return key === undefined ? undefined : (await personalKey(keys, key)).person;
  }
}

/** A session is a person's in a tenant; which project and environment they mean, they say with each request. */
function personOf({ credential: { tenantId, userId, role } }: CheckedSession): Person {
  return { tenantId, userId, role, home: undefined };
}
