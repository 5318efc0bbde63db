import type { IncomingMessage } from "node:http";
import { AppError, type KeyChecker, noteKeyRefusal, noteScimRefusal } from "@burgee/core";
import type { Database, ScimTokenId, SdkKeyId } from "@burgee/db";
import type { Clock, Metrics } from "@burgee/runtime";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemOf } from "../errors/problem.ts";
import { originOf } from "../http/origin-of.ts";
import { pathOf } from "../http/path-of.ts";
import { isScimPath } from "../scim/scim-path.ts";
import { anyKey } from "./credential.ts";
import { keyOf } from "./key-of.ts";
import { EndedScimToken } from "./scim-token.ts";

/** Notes in the audit trail that a server's or a client's key was refused, or a directory's token, if that is what `error` says. */
export type NoteKeyRefusal = (
  exchange: {
    readonly request: IncomingMessage;
    readonly address: string | undefined;
    readonly requestId: string;
  },
  error: unknown,
) => Promise<void>;

interface Deps {
  readonly db: Database;
  readonly keys: KeyChecker;
  readonly report: ReportFailure;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Anybody may hold a client key, and be refused with it all day: PostgreSQL is asked once a minute for each key. */
const SILENCE_MS = 60_000;
const MOST_KEYS = 10_000;

/** A refusal stands whether or not it could be noted: that it could not is reported, and the caller hears of the refusal. */
export function keyRefusalNotes({ db, keys, report, clock, metrics }: Deps): NoteKeyRefusal {
  const refusedTokens = metrics.counter({
    name: "burgee_scim_refusals_total",
    help: "Requests of directories whose token was none, unknown, or has ended.",
  });
  const silent = new Map<SdkKeyId | ScimTokenId, { readonly untilMs: number; unnoted: number }>();
  /** How many went by unnoted; undefined for one that goes by itself. */
  const take = (keyId: SdkKeyId | ScimTokenId): number | undefined => {
    const nowMs = clock.monotonicMs();
    const known = silent.get(keyId);
    if (known && nowMs < known.untilMs) {
      known.unnoted += 1;
      return undefined;
    }
    if (silent.size >= MOST_KEYS) silent.clear();
    silent.set(keyId, { untilMs: nowMs + SILENCE_MS, unnoted: 0 });
    return known?.unnoted ?? 0;
  };

  return async ({ request, address, requestId }, error) => {
    if (!(error instanceof AppError)) return;
    if (error.code === "unauthenticated" && isScimPath(pathOf(request.url ?? ""))) refusedTokens.inc();
    const origin = originOf({ ip: address, headers: request.headers });
    try {
      if (error.cause instanceof EndedScimToken) {
        const { credential } = error.cause;
        const unnoted = take(credential.scimTokenId);
        if (unnoted === undefined) return;
        await noteScimRefusal({ db: db.withOrigin(origin), requestId }, credential, unnoted);
        return;
      }
      const key = keyOf(request);
      if (error.code !== "forbidden" || key === undefined) return;
      const { kind, keyId: sdkKeyId, scope } = await anyKey(keys, key);
      const unnoted = kind === "person" ? undefined : take(sdkKeyId);
      if (unnoted === undefined) return;
      const from = { db: db.withOrigin(origin), requestId };
      await noteKeyRefusal(from, { ...scope, sdkKeyId }, { refusal: error.details, unnoted });
    } catch (failure) {
      report(failure, problemOf(failure), { requestId });
    }
  };
}
