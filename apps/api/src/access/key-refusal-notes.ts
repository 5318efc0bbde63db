import type { IncomingMessage } from "node:http";
import { AppError, type KeyChecker, noteKeyRefusal } from "@burgee/core";
import type { Database, SdkKeyId } from "@burgee/db";
import type { Clock } from "@burgee/runtime";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemOf } from "../errors/problem.ts";
import { originOf } from "../http/origin-of.ts";
import { anyKey } from "./credential.ts";
import { keyOf } from "./key-of.ts";

/** Notes in the audit trail that a server's or a client's key was refused, if that is what `error` says. */
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
}

/** Anybody may hold a client key, and be refused with it all day: PostgreSQL is asked once a minute for each key. */
const SILENCE_MS = 60_000;
const MOST_KEYS = 10_000;

/** A refusal stands whether or not it could be noted: that it could not is reported, and the caller hears of the refusal. */
export function keyRefusalNotes({ db, keys, report, clock }: Deps): NoteKeyRefusal {
  const silent = new Map<SdkKeyId, { readonly untilMs: number; unnoted: number }>();
  /** How many went by unnoted; undefined for one that goes by itself. */
  const take = (keyId: SdkKeyId): number | undefined => {
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
    if (!(error instanceof AppError) || error.code !== "forbidden") return;
    const key = keyOf(request);
    if (key === undefined) return;
    try {
      const { kind, keyId: sdkKeyId, scope } = await anyKey(keys, key);
      const unnoted = kind === "person" ? undefined : take(sdkKeyId);
      if (unnoted === undefined) return;
      const from = { db: db.withOrigin(originOf({ ip: address, headers: request.headers })), requestId };
      await noteKeyRefusal(from, { ...scope, sdkKeyId }, { refusal: error.details, unnoted });
    } catch (failure) {
      report(failure, problemOf(failure), { requestId });
    }
  };
}
