import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type NewSigningKey, newId, type SigningKeyId, signingKeyPlace, type TenantId } from "@burgee/db";
import type { Keyring } from "../keyring/keyring.ts";

/** A new Ed25519 pair, its private half sealed. @throws {AppError} "unavailable" while the tenant's data key can't be had */
export async function makeSigningKey(keyring: Keyring, tenantId: TenantId): Promise<NewSigningKey> {
  const signingKeyId = newId<SigningKeyId>();
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  const { d = "" } = privateKey.export({ format: "jwk" });
  const sealedPrivate = await keyring.seal(signingKeyPlace(tenantId, signingKeyId), d);
  return { signingKeyId, publicKey: Buffer.from(x, "base64url"), sealedPrivate };
}

/** @throws {BrokenSealError} where it was damaged or moved @throws {AppError} "unavailable" */
export async function openSigningKey(
  keyring: Keyring,
  tenantId: TenantId,
  { signingKeyId, publicKey, sealedPrivate }: NewSigningKey,
): Promise<KeyObject> {
  const d = await keyring.open(signingKeyPlace(tenantId, signingKeyId), sealedPrivate);
  const x = publicKey.toString("base64url");
  return createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", x, d }, format: "jwk" });
}
