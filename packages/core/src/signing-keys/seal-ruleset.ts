import type { Database, SigningKey } from "@burgee/db";
import type { Keyring } from "../keyring/keyring.ts";
import type { Scope } from "../rulesets/scope.ts";
import { makeSigningKey, openSigningKey } from "./make-signing-key.ts";
import { type SealedRuleset, sealWithKeys } from "./ruleset-seal.ts";

export interface SealingPorts {
  readonly db: Database;
  readonly keyring: Keyring;
}

/**
 * A ruleset's seal, by all of its tenant's valid keys; the first one is made here.
 * @throws {AppError} "unavailable" while the keys can't be opened: nothing is published unsigned
 */
export async function sealRuleset(
  { db, keyring }: SealingPorts,
  { tenantId, environmentId }: Scope,
  which: Pick<SealedRuleset, "epoch" | "revision" | "sha256">,
): Promise<string> {
  const keys = await validKeys({ db, keyring }, tenantId);
  const opened = await Promise.all(keys.map((key) => openSigningKey(keyring, tenantId, key)));
  return sealWithKeys({ tenantId, environmentId, ...which }, opened);
}

async function validKeys(
  { db, keyring }: SealingPorts,
  tenantId: Scope["tenantId"],
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
