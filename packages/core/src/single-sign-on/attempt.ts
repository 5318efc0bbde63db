/** What of a sign-in only the browser has, and what is derived from it: the database holds hashes alone. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import type { ProviderQuestion } from "./openid-provider.ts";

/** How long a person may take at their provider. */
export const ATTEMPT_MS = 10 * 60 * 1000;
const SECRET_BYTES = 32;

export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** The same question for the same browser and state, so that neither nonce nor verifier is kept anywhere. */
export function questionOf(browserSecret: string, state: string, redirectUri: string): ProviderQuestion {
  const derive = (what: string) =>
    createHmac("sha256", browserSecret)
      .update(JSON.stringify([what, state]))
      .digest("base64url");
  return { redirectUri, state, nonce: derive("nonce"), codeVerifier: derive("verifier") };
}
