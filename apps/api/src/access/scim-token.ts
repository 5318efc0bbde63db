import { AppError, hashKey, isWellFormed } from "@burgee/core";
import type { EndedScimCredential, SystemDatabase } from "@burgee/db";
import type { Access, DirectoryCredential } from "./credential.ts";

/** Which token was refused, and why: for the tenant's audit trail, and not for who sent it. */
export class EndedScimToken extends Error {
  override readonly name = "EndedScimToken";
  readonly credential: EndedScimCredential;

  constructor(credential: EndedScimCredential) {
    super(`A SCIM token that has ended was sent: ${credential.ended}.`);
    this.credential = credential;
  }
}

/** Asked of the database each time: a directory asks seldom, and a token that ended is refused at once. */
export function scimTokenOf({ scim }: Pick<SystemDatabase, "scim">): Access<DirectoryCredential> {
  return async (_, token) => {
    if (token === undefined) {
      throw new AppError("unauthenticated", "Send the tenant's SCIM token: Authorization: Bearer bg_scim_…");
    }
    if (!token.startsWith("bg_scim_") && isWellFormed(token)) {
      throw new AppError("forbidden", "This needs the tenant's SCIM token (bg_scim_…), and no other key.", {
        details: { neededKind: "scim" },
      });
    }
    const found = isWellFormed(token) ? await scim.find(hashKey(token)) : undefined;
    if (!found || "ended" in found) throw refusal(found);
    const { tenantId, scimTokenId: keyId, quotas } = found;
    return { kind: "directory", keyId, quotas, scope: { tenantId } };
  };
}

/** In the same words, whether there ever was such a token. */
function refusal(ended: EndedScimCredential | undefined): AppError {
  return new AppError("unauthenticated", "This SCIM token is not known here, or has ended.", {
    ...(ended && { cause: new EndedScimToken(ended) }),
  });
}
