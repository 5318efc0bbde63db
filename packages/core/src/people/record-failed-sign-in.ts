import type { UserId } from "@burgee/db";
import type { Ports } from "../access/caller.ts";
import { appendBounded } from "../audit/append-bounded.ts";

export interface SignInPorts extends Pick<Ports, "db" | "system"> {
  readonly requestId: string;
  /** Told why a failed attempt is not in the audit trail. */
  readonly onUnrecorded: (error: unknown) => void;
}

/**
 * Tells every tenant that the account opens of a sign-in that failed; who tried is not known. Not waited for: how long the answer
 * takes must not tell whether there is such an account.
 */
export function recordFailedSignIn(ports: SignInPorts, userId: UserId): void {
  record(ports, userId).catch(ports.onUnrecorded);
}

async function record({ db, system, requestId }: SignInPorts, userId: UserId): Promise<void> {
  const happening = {
    actor: "anonymous",
    action: "sign_in.failed",
    object: `user/${userId}`,
    requestId,
  } as const;
  for (const { tenantId, deletion } of await system.credentials.listMemberships(userId)) {
    if (deletion === null) await appendBounded(db, tenantId, happening, "object");
  }
}
