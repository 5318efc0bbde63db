/** A sealed text as it is stored: `v1|data key's id|iv|ciphertext|tag`, the last three in base64url. AES-256-GCM. */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import type { DataKeyId, SealedPlace } from "@burgee/db";
import { z } from "zod";

/** A sealed text that does not open where it stands: damaged, moved, or sealed by another key. Never shown to callers. */
export class BrokenSealError extends Error {
  override readonly name = "BrokenSealError";
}

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\|([0-9a-f-]{36})\|([\w-]{16})\|([\w-]*)\|([\w-]{22})$/;
const dataKeyId = z.uuid() as unknown as z.ZodType<DataKeyId, string>;

interface SealingKey {
  readonly dataKeyId: DataKeyId;
  readonly key: KeyObject;
}

export function sealWith({ dataKeyId, key }: SealingKey, place: SealedPlace, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(place, dataKeyId));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString("base64url"));
  return ["v1", dataKeyId, ...parts].join("|");
}

/** @throws {BrokenSealError} where `sealed` was not sealed for this very place, or not by this key */
export function openWith({ dataKeyId, key }: SealingKey, place: SealedPlace, sealed: string): string {
  const [iv, ciphertext, tag] = partsOf(sealed).bytes;
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(place, dataKeyId)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new BrokenSealError(`What is sealed in ${nameOf(place)} does not open there.`, { cause });
  }
}

/** Which key sealed it. @throws {BrokenSealError} for what is no sealed text: nothing passes unsealed */
export function keyIdOf(sealed: string): DataKeyId {
  return partsOf(sealed).keyId;
}

function partsOf(sealed: string) {
  const [, id, iv, ciphertext, tag] = FORM.exec(sealed) ?? [];
  const keyId = dataKeyId.safeParse(id);
  if (!keyId.success || iv === undefined || ciphertext === undefined || tag === undefined) {
    throw new BrokenSealError("This is no sealed text: expected v1|key|iv|ciphertext|tag.");
  }
  const bytes = [decode(iv), decode(ciphertext), decode(tag)] as const;
  return { keyId: keyId.data, bytes };
}

/** A list in JSON, so that no two places are written alike. */
function boundTo({ owner, table, row, field, version }: SealedPlace, keyId: DataKeyId): Buffer {
  return Buffer.from(JSON.stringify(["burgee", "v1", owner, table, row, field, version, keyId]));
}

function nameOf({ table, row, field, version }: SealedPlace): string {
  return `${table}.${field} of ${row}, version ${version},`;
}

function decode(text: string): Buffer {
  return Buffer.from(text, "base64url");
}
