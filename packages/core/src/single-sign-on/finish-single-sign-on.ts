import { timingSafeEqual } from "node:crypto";
import type { Connection, ConnectionId, SingleSignOnAttempt, TenantId } from "@burgee/db";
import { appendBounded } from "../audit/append-bounded.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import type { SignedIn } from "../people/sign-in.ts";
import { admitClaimed } from "./admit-claimed.ts";
import { hashSecret, questionOf } from "./attempt.ts";
import { clientOf, type FinishingPorts, redirectUri } from "./begin-single-sign-on.ts";
import { claimedPerson, noRole } from "./claimed-person.ts";
import { changed, ProviderRefusal } from "./openid-provider.ts";

export interface ProviderAnswer {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  /** The callback as the browser asked for it, with all of its parameters. */
  readonly url: URL;
  /** From the browser's cookie. */
  readonly browserSecret: string | undefined;
}

export type SingleSignOnOutcome =
  | { readonly status: "signed_in"; readonly signedIn: SignedIn; readonly returnTo: string }
  | { readonly status: "tested"; readonly returnTo: string };

/**
 * What a browser brings from its provider: once, by the browser that began it, and for the connection that it began with.
 * @throws {AppError} "sign_in_refused", and nothing was done but an entry in the audit trail; "unavailable"
 */
export async function finishSingleSignOn(
  ports: FinishingPorts,
  answer: ProviderAnswer,
): Promise<SingleSignOnOutcome> {
  const begun = await takeAttempt(ports, answer);
  if (!begun) {
    throw new AppError("sign_in_refused", "This sign-in is over, or began in another browser; begin again.");
  }
  const { attempt, connection } = begun;
  try {
    return await finish(ports, answer, attempt, connection);
  } catch (cause) {
    if (!(cause instanceof ProviderRefusal)) throw cause;
    await noteRefused(ports, answer, cause.message);
    const why = attempt.testerId === null ? "" : ` ${cause.message}`;
    throw new AppError("sign_in_refused", `The provider's answer was not accepted.${why}`, { cause });
  }
}

async function takeAttempt(
  { db }: FinishingPorts,
  { tenantId, connectionId, url, browserSecret }: ProviderAnswer,
): Promise<{ readonly attempt: SingleSignOnAttempt; readonly connection: Connection } | undefined> {
  const [state, ...others] = url.searchParams.getAll("state");
  if (state === undefined || others.length > 0 || browserSecret === undefined) return undefined;
  return db.transact(tenantId, async ({ singleSignOn, connections }) => {
    const attempt = await singleSignOn.take(hashSecret(state));
    if (!attempt || attempt.connectionId !== connectionId) return undefined;
    if (!timingSafeEqual(attempt.browserHash, hashSecret(browserSecret))) return undefined;
    const connection = await connections.find(connectionId);
    return connection?.version === attempt.connectionVersion ? { attempt, connection } : undefined;
  });
}

async function finish(
  ports: FinishingPorts,
  { tenantId, url, browserSecret = "" }: ProviderAnswer,
  { testerId, returnTo }: SingleSignOnAttempt,
  connection: Connection,
): Promise<SingleSignOnOutcome> {
  const state = url.searchParams.get("state") ?? "";
  const question = questionOf(browserSecret, state, redirectUri(ports, tenantId, connection));
  const proved = await ports.providers.check(await clientOf(ports, tenantId, connection), question, url);
  const claimed = claimedPerson(connection, proved);
  if (testerId === null) {
    return {
      status: "signed_in",
      signedIn: await admitClaimed(ports, tenantId, connection, claimed),
      returnTo,
    };
  }

  await ports.db.transact(tenantId, async (writers) => {
    if (claimed.role === null && !(await writers.scimTokens.isProvisioned())) throw noRole();
    if (!(await writers.connections.setTested(connection.connectionId, connection.version))) throw changed();
    await appendEntry(writers, tenantId, {
      actor: `user:${testerId}`,
      action: "connection.tested",
      object: `connection/${connection.connectionId}`,
      requestId: ports.requestId,
      after: { role: claimed.role },
    });
  });
  return { status: "tested", returnTo };
}

async function noteRefused(
  { db, requestId }: FinishingPorts,
  { tenantId, connectionId }: ProviderAnswer,
  reason: string,
): Promise<void> {
  const happening = {
    actor: "anonymous",
    action: "single_sign_on.refused",
    object: `connection/${connectionId}`,
    requestId,
    after: { reason: reason.slice(0, 200) },
  } as const;
  await appendBounded(db, tenantId, happening, "object");
}
