/**
 * How a key is written: `bg_<kind>_<32 random base62 digits>_<6 base62 digits of a CRC-32>`. The checksum tells a typo
 * from an unknown key without asking anybody, and lets secret scanners be sure of a find.
 */
import { createHash, hash, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import type { SdkKeyKind } from "@burgee/db";

/** Of a key, or of the token by which a directory comes. */
export type KeyKind = SdkKeyKind | "scim";

const KEY_PATTERN = /^bg_(srv|cli|pat|scim)_([0-9A-Za-z]{32})_([0-9A-Za-z]{6})$/;

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_DIGITS = 32;
const CHECKSUM_DIGITS = 6;
const DISPLAYED_DIGITS = 3;

/** A new key. 32 digits of 62 carry 190 bits. */
export function makeKey(kind: KeyKind): string {
  const body = `bg_${kind}_${Array.from({ length: RANDOM_DIGITS }, () => DIGITS.charAt(randomInt(62))).join("")}`;
  return `${body}_${checksumOf(body)}`;
}

/** Whether this could be a key at all: its form and its checksum are right. */
export function isWellFormed(key: string): boolean {
  const match = KEY_PATTERN.exec(key);
  if (!match) return false;
  return checksumOf(key.slice(0, -(CHECKSUM_DIGITS + 1))) === match[3];
}

/** What is stored instead of the key. A key has entropy enough to need no slow hash. */
export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** {@link hashKey} as base64, at a fifth of its price. */
export function keyId(key: string): string {
  return hash("sha256", key, "base64");
}

/** The part that may be shown again, to tell one key from another. */
export function displayOf(key: string): string {
  return `${key.slice(0, key.indexOf("_", "bg_".length) + 1 + DISPLAYED_DIGITS)}…`;
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = "";
  while (digits.length < CHECKSUM_DIGITS) {
    digits = DIGITS.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
