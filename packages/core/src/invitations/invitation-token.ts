import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

const BYTES = 32;

/** What a link carries, and nobody keeps. */
export const invitationToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "This is no complete invitation.");

export function newInvitationToken(): string {
  return randomBytes(BYTES).toString("base64url");
}

export function hashInvitationToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
