/** A short text's signature: `<data key's id>.<HMAC-SHA-256 in base64url>`, by a secret that is derived from that key for this alone. */
import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import type { DataKeyId } from "@burgee/db";
import { z } from "zod";

const DERIVED_FOR = "burgee-signature-v1";
const SECRET_BYTES = 32;
const NO_SALT = "";
const FORM = /^([0-9a-f-]{36})\.([\w-]{43})$/;
const dataKeyId = z.uuid() as unknown as z.ZodType<DataKeyId, string>;

interface SigningKey {
  readonly dataKeyId: DataKeyId;
  readonly key: KeyObject;
}

/** @param parts of what is signed; a list, so that no two are written alike */
export function signatureBy({ dataKeyId, key }: SigningKey, parts: readonly string[]): string {
  return `${dataKeyId}.${hmacBy(key, parts).toString("base64url")}`;
}

/** Which key made it; undefined for what is no signature. */
export function signerOf(signature: string): DataKeyId | undefined {
  return dataKeyId.safeParse(FORM.exec(signature)?.[1]).data;
}

/** Takes as long for one that is nearly right as for any other. */
export function isSignedBy({ key }: SigningKey, parts: readonly string[], signature: string): boolean {
  const given = Buffer.from(FORM.exec(signature)?.[2] ?? "", "base64url");
  const right = hmacBy(key, parts);
  return given.length === right.length && timingSafeEqual(given, right);
}

function hmacBy(key: KeyObject, parts: readonly string[]): Buffer {
  const secret = Buffer.from(hkdfSync("sha256", key, NO_SALT, DERIVED_FOR, SECRET_BYTES));
  const hmac = createHmac("sha256", secret).update(JSON.stringify(parts)).digest();
  secret.fill(0);
  return hmac;
}
