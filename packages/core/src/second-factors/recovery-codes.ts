/** Codes for who lost their authenticator: each works once. 80 random bits, so that a plain hash is enough to keep. */
import { createHash, randomBytes } from "node:crypto";
import type { UserId } from "@burgee/db";

const CODES = 10;
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const CODE_LETTERS = 16;

export function makeRecoveryCodes(): readonly string[] {
  return Array.from({ length: CODES }, () => {
    // 256 is a multiple of 32, so that each letter is as likely as any other.
    const letters = [...randomBytes(CODE_LETTERS)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
    return letters.replace(/.{4}(?=.)/g, "$&-");
  });
}

/** Of a code however it is written: with or without dashes, in either case. */
export function hashRecoveryCode(userId: UserId, code: string): Buffer {
  const plain = code.toLowerCase().replace(/[^a-z2-7]/g, "");
  return createHash("sha256")
    .update(JSON.stringify([userId, plain]))
    .digest();
}
