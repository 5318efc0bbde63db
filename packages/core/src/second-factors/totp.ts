/** Codes that follow from a seed and the time: RFC 6238 with SHA-1, 6 digits and 30 s, which every authenticator knows. */
import { Secret, TOTP } from "otpauth";

const PERIOD_SECONDS = 30;
/** A step before and after the present one: clocks differ, and people type slowly. */
const WINDOW = 1;
const SEED_BYTES = 20;
const SIX_DIGITS = /^[0-9]{6}$/;

/** In base32, as authenticators take it. */
export function makeSeed(): string {
  return new Secret({ size: SEED_BYTES }).base32;
}

/** For an authenticator to read, often from a picture. Holds the seed. */
export function seedUri(seed: string, email: string): string {
  return totpOf(seed, email).toString();
}

/** The step whose code it is, of those that count at this time; undefined for a wrong code. */
export function stepOfCode(seed: string, code: string, now: Date): number | undefined {
  if (!SIX_DIGITS.test(code)) return undefined;
  const timestamp = now.getTime();
  const delta = totpOf(seed, "").validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}

function totpOf(seed: string, label: string): TOTP {
  return new TOTP({
    issuer: "Burgee",
    label,
    algorithm: "SHA1",
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(seed),
  });
}
