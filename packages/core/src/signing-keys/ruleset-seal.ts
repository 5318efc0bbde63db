/**
 * What travels beside a ruleset, and says which it is: one line of text, which the tenant's keys sign.
 *
 *     burgee1|<tenant>|<environment>|<epoch>|<revision>|<SHA-256 of the body, hexadecimal>|<signature>[,<signature>]
 *
 * A signature is Ed25519 over all that stands before the last bar, in base64url. While a key takes the place of another, both sign.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { publicKeyOf } from "./public-key.ts";

/** What is signed. */
export interface SealedRuleset {
  readonly tenantId: string;
  readonly environmentId: string;
  readonly epoch: string;
  readonly revision: number;
  readonly sha256: Buffer;
}

const FORMAT = "burgee1";

/** @param keys private ones, each of which signs */
export function sealWithKeys(which: SealedRuleset, keys: readonly KeyObject[]): string {
  const statement = statementOf(which);
  const signatures = keys.map((key) => sign(null, Buffer.from(statement), key).toString("base64url"));
  return `${statement}|${signatures.join(",")}`;
}

/** Whether `seal` says just this, and one of the keys signed it. @param publicKeys Ed25519, 32 bytes each */
export function isSealedBy(seal: string, which: SealedRuleset, publicKeys: readonly Buffer[]): boolean {
  const signatures = signaturesOf(seal, which);
  return signatures.some((signature) =>
    publicKeys.some((key) => verify(null, Buffer.from(statementOf(which)), publicKeyOf(key), signature)),
  );
}

/** Whether `seal` says just this, whoever wrote it. */
export function isSealOf(seal: string, which: SealedRuleset): boolean {
  return signaturesOf(seal, which).length > 0;
}

function signaturesOf(seal: string, which: SealedRuleset): readonly Buffer[] {
  const statement = `${statementOf(which)}|`;
  if (!seal.startsWith(statement)) return [];
  return seal
    .slice(statement.length)
    .split(",")
    .map((signature) => Buffer.from(signature, "base64url"));
}

function statementOf({ tenantId, environmentId, epoch, revision, sha256 }: SealedRuleset): string {
  return [FORMAT, tenantId, environmentId, epoch, revision, sha256.toString("hex")].join("|");
}
