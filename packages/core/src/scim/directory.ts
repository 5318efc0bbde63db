import type { Actor, Database, ScimTokenId, SystemDatabase, TenantId } from "@burgee/db";
import type { AnnounceKey } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";

/** A tenant's directory, as its token was found. It sees that tenant and no other. */
export interface Directory {
  readonly tenantId: TenantId;
  readonly scimTokenId: ScimTokenId;
}

export interface DirectoryCaller {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly announceKey: AnnounceKey;
  readonly directory: Directory;
  readonly requestId: string;
  /** Under which resources are found: `https://burgee.example.com/scim/v2`. */
  readonly baseUrl: string;
}

/** RFC 7644, section 3.12. */
export type ScimErrorType =
  | "invalidFilter"
  | "invalidPath"
  | "invalidSyntax"
  | "invalidValue"
  | "noTarget"
  | "tooMany"
  | "uniqueness"
  | "mutability";

export function directoryActor({ scimTokenId }: Pick<Directory, "scimTokenId">): Actor {
  return `scim:${scimTokenId}`;
}

/** Something wrong with what a directory sent, in the words of its protocol. */
export function scimRefusal(scimType: ScimErrorType, message: string): AppError {
  return new AppError("invalid_input", message, { details: { scimType } });
}
