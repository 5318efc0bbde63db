import { createPublicKey, type KeyObject } from "node:crypto";

/** @param raw Ed25519, 32 bytes */
export function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") },
    format: "jwk",
  });
}
