import type { Database, SigningKey, TenantId } from "@burgee/db";
import type { Keyring } from "../keyring/keyring.ts";
import { makeSigningKey } from "./make-signing-key.ts";

/** The keys that sign for a tenant now, the current one first; the first one is made here. @throws {AppError} "unavailable" */
export async function validSigningKeys(
  { db, keyring }: { readonly db: Database; readonly keyring: Keyring },
  tenantId: TenantId,
): Promise<readonly SigningKey[]> {
  const keys = await db.read(tenantId, ({ signingKeys }) => signingKeys.listValid());
  if (keys.length > 0) return keys;
  const made = await makeSigningKey(keyring, tenantId);
  return db.transact(tenantId, async ({ signingKeys }) => {
    // Somebody else may have been first; theirs is the one, then.
    await signingKeys.add(made);
    return signingKeys.listValid();
  });
}
