import type { DataKeyStore, SealedPlace, TenantId } from "@burgee/db";
import { DataKeys } from "./data-keys.ts";
import { BrokenSealError, keyIdOf, openWith, sealWith } from "./envelope.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import { pseudonymBy } from "./pseudonym.ts";
import { isSignedBy, signatureBy, signerOf } from "./signed-text.ts";

/**
 * Seals what must be read back, such as seeds of second factors. Each owner has a data key; a sealed text opens only in
 * the place that it was sealed for. There is no way past it: what is no sealed text does not open.
 */
export interface Keyring {
  /** @throws {AppError} "unavailable" while the owner's key can't be had */
  seal(place: SealedPlace, text: string): Promise<string>;
  /** @throws {BrokenSealError} for a text that was not sealed for `place` @throws {AppError} "unavailable" */
  open(place: SealedPlace, sealed: string): Promise<string>;
  /**
   * What stands for an identifier of a tenant's: 32 bytes, the same for as long as the tenant's data key is.
   * @throws {AppError} "unavailable" while that can't be had
   */
  pseudonym(owner: TenantId, identifier: string): Promise<Buffer>;
  /** By a tenant's key, for what they are to bring back as it is. @throws {AppError} "unavailable" */
  sign(owner: TenantId, parts: readonly string[]): Promise<string>;
  /** Whether these very parts were signed for this tenant, by a key that is kept still. @throws {AppError} "unavailable" */
  isSigned(owner: TenantId, parts: readonly string[], signature: string): Promise<boolean>;
}

export interface KeyringDeps {
  readonly dataKeys: Pick<DataKeyStore, "find" | "findCurrent" | "add">;
  readonly keyEncryption: KeyEncryption;
  /** Counts milliseconds from any start, and is never set back as a wall clock is. */
  readonly nowMs?: () => number;
}

export function createKeyring({
  dataKeys,
  keyEncryption,
  nowMs = () => performance.now(),
}: KeyringDeps): Keyring {
  const keys = new DataKeys({ store: dataKeys, keyEncryption, nowMs });
  return {
    seal: async (place, text) => sealWith(await keys.current(place.owner), place, text),
    pseudonym: async (owner, identifier) => pseudonymBy((await keys.current(owner)).key, identifier),
    open: async (place, sealed) => openWith(await keys.byId(place.owner, keyIdOf(sealed)), place, sealed),
    sign: async (owner, parts) => signatureBy(await keys.current(owner), parts),
    isSigned: async (owner, parts, signature) => {
      const signer = signerOf(signature);
      if (!signer) return false;
      try {
        return isSignedBy(await keys.byId(owner, signer), parts, signature);
      } catch (error) {
        if (error instanceof BrokenSealError) return false;
        throw error;
      }
    },
  };
}
