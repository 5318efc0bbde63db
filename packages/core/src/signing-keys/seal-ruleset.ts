import type { Database } from "@burgee/db";
import type { Keyring } from "../keyring/keyring.ts";
import type { Scope } from "../rulesets/scope.ts";
import { openSigningKey } from "./make-signing-key.ts";
import { type SealedRuleset, sealWithKeys } from "./ruleset-seal.ts";
import { validSigningKeys } from "./valid-signing-keys.ts";

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
  const keys = await validSigningKeys({ db, keyring }, tenantId);
  const opened = await Promise.all(keys.map((key) => openSigningKey(keyring, tenantId, key)));
  return sealWithKeys({ tenantId, environmentId, ...which }, opened);
}
