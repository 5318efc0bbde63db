/** Who asks over tRPC: a program with a personal key, or a person's browser with a session. */
import {
  AppError,
  accessOf,
  type Caller,
  type InvitationDelivery,
  type KeyChecker,
  type Keyring,
  type LiveUsage,
  type Nudge,
  type OpenIdProviders,
  type Person,
  type ResolveTxt,
  type SignUpMode,
} from "@burgee/core";
import type { Database, SessionCredential, SystemDatabase } from "@burgee/db";
import type { Mailer } from "@burgee/runtime";
import type { CreateExpressContextOptions } from "@trpc/server/adapters/express";
import type { Request } from "express";
import type { MakeCaller } from "../access/callers.ts";
import { endedAsUndefined, personalKey } from "../access/credential.ts";
import { keyOf } from "../access/key-of.ts";
import type { NoteKeyRefusal } from "../access/key-refusal-notes.ts";
import type { NoteRefusal } from "../access/refusal-notes.ts";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemOf } from "../errors/problem.ts";
import type { EvaluateSome, ExplainOne } from "../evaluations/evaluate.ts";
import { originOf } from "../http/origin-of.ts";
import { traceparentOf } from "../http/request-id.ts";
import type { JobWatches } from "../jobs/job-watches.ts";
import type { ChangeWatches } from "../live/change-watches.ts";
import type { FirstSignalWatches } from "../onboarding/first-signal-watches.ts";
import type { PendingCookie } from "../sessions/pending-cookie.ts";
import { demandSameOrigin, publicOriginOf } from "../sessions/same-origin.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { BrowserCookie } from "../single-sign-on/browser-cookie.ts";
import type { RecheckPerson } from "../watches/watch-places.ts";
import { toTrpcError } from "./to-trpc-error.ts";

export interface ContextDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly keyring: Keyring;
  readonly keys: KeyChecker;
  readonly sessions: Sessions;
  readonly pendingCookie: PendingCookie;
  readonly browserCookie: BrowserCookie;
  readonly providers: OpenIdProviders;
  readonly resolveTxt: ResolveTxt;
  /** Why we would not call an address, as it is written. */
  readonly refusalOf: (url: string) => string | undefined;
  readonly makeCaller: MakeCaller;
  readonly explainOne: ExplainOne;
  readonly evaluateSome: EvaluateSome;
  readonly live: LiveUsage;
  readonly jobWatches: JobWatches;
  readonly changeWatches: ChangeWatches;
  readonly firstSignalWatches: FirstSignalWatches;
  readonly noteRefusal: NoteRefusal;
  readonly noteKeyRefusal: NoteKeyRefusal;
  readonly report: ReportFailure;
  readonly nudge: Nudge;
  readonly signUpMode: SignUpMode;
  /** How long a tenant may be kept whose deletion was asked for. */
  readonly deletionDelayMs: number;
  /** Undefined where no mail server is set up. */
  readonly mailer: Mailer | undefined;
  readonly publicUrl: string | undefined;
}

export interface Context
  extends Pick<
    ContextDeps,
    | "db"
    | "system"
    | "keyring"
    | "sessions"
    | "pendingCookie"
    | "browserCookie"
    | "providers"
    | "resolveTxt"
    | "refusalOf"
    | "explainOne"
    | "evaluateSome"
    | "live"
    | "jobWatches"
    | "changeWatches"
    | "firstSignalWatches"
    | "nudge"
    | "signUpMode"
    | "deletionDelayMs"
  > {
  /** Undefined for who has neither key nor session. */
  readonly caller: Caller | undefined;
  readonly session: SessionCredential | undefined;
  readonly cookieHeader: string | undefined;
  /** Where the request came from, as far as we may believe that. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** Where the browser that asks reaches us. */
  readonly publicOrigin: string;
  /** Whether this is one call, answered as a whole: not one of a batch's, and not a stream whose head is out already. */
  readonly isSingle: boolean;
  readonly setCookie: (cookie: string) => void;
  /** @throws {AppError} "forbidden" */
  readonly demandSameOrigin: () => void;
  /** The caller. @throws {TRPCError} where there is none */
  readonly demandCaller: () => Caller;
  /** Who asks, as of later on; undefined once their key or session has ended. For an answer that goes on. */
  readonly recheck: RecheckPerson;
  readonly requestId: string;
  readonly traceparent: string | null;
  readonly invitationDelivery: InvitationDelivery;
  readonly noteRefusal: NoteRefusal;
  /** Told what kept an entry out of the audit trail. */
  readonly onUnrecorded: (error: unknown) => void;
}

const STREAMED = "application/jsonl";

export function contextMaker({ keys, makeCaller, noteKeyRefusal, publicUrl, mailer, ...deps }: ContextDeps) {
  const { sessions } = deps;
  return async ({ req, res, info }: CreateExpressContextOptions): Promise<Context> => {
    const requestId = String(res.locals.requestId);
    const report = (error: unknown) => deps.report(error, problemOf(error), { requestId });
    try {
      const cookieHeader = keyOf(req) === undefined ? req.headers.cookie : undefined;
      // Before the session is looked at: that alone may move its end, or its id.
      if (sessions.isNamedBy(cookieHeader) && isChange(req)) demandSameOrigin(req, publicUrl);
      const checked = await sessions.check(cookieHeader);
      if (checked?.cookie) res.appendHeader("set-cookie", checked.cookie);
      const person = checked ? personOf(checked.credential) : await personByKey(req);
      const caller =
        person && makeCaller({ credential: { person }, request: req, address: req.ip, requestId });
      return {
        ...deps,
        db: deps.db.withOrigin(originOf(req)),
        requestId,
        traceparent: traceparentOf(req),
        onUnrecorded: report,
        invitationDelivery: {
          linkOf: (token) => `${ownOrigin(req, publicUrl)}/invitation#${token}`,
          send: mailer && ((mail) => mailer.send(mail)),
          onUnsent: report,
        },
        caller,
        session: checked?.credential,
        cookieHeader,
        address: req.ip,
        userAgent: req.headers["user-agent"],
        publicOrigin: publicOriginOf(req, publicUrl),
        isSingle: info.calls.length <= 1 && info.accept !== STREAMED,
        recheck: () => (checked ? personBySession(cookieHeader) : endedAsUndefined(personByKey(req))),
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
      await noteKeyRefusal({ request: req, address: req.ip, requestId }, cause);
      throw toTrpcError(cause);
    }
  };

  async function personBySession(cookieHeader: string | undefined): Promise<Person | undefined> {
    const credential = await sessions.look(cookieHeader);
    return credential && personOf(credential);
  }

  async function personByKey(req: Request): Promise<Person | undefined> {
    const key = keyOf(req);
    return key === undefined ? undefined : (await personalKey(keys, key)).person;
  }
}

/** What follows # stays in the browser, and so out of every log. */
function ownOrigin({ socket }: Request, publicUrl: string | undefined): string {
  return publicUrl ? new URL(publicUrl).origin : `http://localhost:${socket.localPort}`;
}

function isChange({ method }: Request): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** A session is a person's in a tenant; which project and environment they mean, they say with each request. */
function personOf({ tenantId, userId, role, bindings }: SessionCredential): Person {
  return { tenantId, userId, access: accessOf(role, bindings), home: undefined };
}
