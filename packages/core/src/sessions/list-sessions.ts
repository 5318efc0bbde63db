import type { SessionCredential, SystemDatabase } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { sessionId } from "../ids.ts";

export interface SessionListItem {
  readonly id: string;
  readonly tenantId: string;
  readonly createdAt: string;
  /** Noted every five minutes at most. */
  readonly lastSeenAt: string;
  readonly userAgent: string;
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean;
}

type Deps = { readonly system: SystemDatabase };

/** The caller's own, in all of their tenants. */
export async function listSessions(
  { system }: Deps,
  current: SessionCredential,
): Promise<readonly SessionListItem[]> {
  const sessions = await system.sessions.list(current.userId);
  return sessions.map((each) => ({
    id: each.sessionId,
    tenantId: each.tenantId,
    createdAt: each.createdAt.toISOString(),
    lastSeenAt: each.lastSeenAt.toISOString(),
    userAgent: each.userAgent,
    isCurrent: each.sessionId === current.sessionId,
  }));
}

export const revokeSessionInput = z.strictObject({ id: sessionId });

/** Ends one of the caller's own. @throws {AppError} "session_not_found", also for one of other people */
export async function revokeSession(
  { system }: Deps,
  { id }: z.output<typeof revokeSessionInput>,
  { userId }: SessionCredential,
): Promise<void> {
  if (await system.sessions.endOne(userId, id)) return;
  throw new AppError("session_not_found", "You have no such session.");
}

/** Ends all of the caller's own but the one that asks. */
export async function revokeOtherSessions(
  { system }: Deps,
  { userId, sessionHash }: SessionCredential,
): Promise<{ readonly ended: number }> {
  return { ended: await system.sessions.endOthers(userId, sessionHash) };
}
