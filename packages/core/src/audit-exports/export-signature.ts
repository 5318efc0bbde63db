/**
 * What vouches for an export as a whole: the tenant's signing keys, over which tenant it is of, the SHA-256 of all lines before the last, and how many
 * entries they hold. While a key takes the place of another, both sign.
 */
import { sign, verify } from "node:crypto";
import type { Database, TenantId } from "@burgee/db";
import type { Keyring } from "../keyring/keyring.ts";
import { openSigningKey } from "../signing-keys/make-signing-key.ts";
import { publicKeyOf } from "../signing-keys/public-key.ts";
import { validSigningKeys } from "../signing-keys/valid-signing-keys.ts";

/** What is signed. */
export interface SignedExport {
  readonly tenantId: TenantId;
  /** Of every line but the last. */
  readonly sha256: Buffer;
  readonly entries: number;
}

export interface ExportSignature {
  /** Ed25519, the public half: 32 bytes in base64url. */
  readonly key: string;
  /** In base64url. */
  readonly value: string;
}

export type SignExport = (signed: SignedExport) => Promise<readonly ExportSignature[]>;

const FORMAT = "burgee-audit-export1";

/** Makes what signs exports. It throws "unavailable" while a key can't be opened: no export is ended unsigned. */
export function exportSigner(ports: { readonly db: Database; readonly keyring: Keyring }): SignExport {
  return async (signed) => {
    const { tenantId } = signed;
    const keys = await validSigningKeys(ports, tenantId);
    const statement = Buffer.from(statementOf(signed));
    return Promise.all(
      keys.map(async (key) => ({
        key: key.publicKey.toString("base64url"),
        value: sign(null, statement, await openSigningKey(ports.keyring, tenantId, key)).toString(
          "base64url",
        ),
      })),
    );
  };
}

export function isExportSignature(signed: SignedExport, { key, value }: ExportSignature): boolean {
  const statement = Buffer.from(statementOf(signed));
  return verify(null, statement, publicKeyOf(Buffer.from(key, "base64url")), Buffer.from(value, "base64url"));
}

function statementOf({ tenantId, sha256, entries }: SignedExport): string {
  return [FORMAT, tenantId, sha256.toString("hex"), entries].join("|");
}
