import type { Database, EndedScimCredential, EnvironmentId, SdkKeyId, TenantId } from "@burgee/db";
import { appendBounded } from "../audit/append-bounded.ts";

export interface RefusedKey {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
  readonly sdkKeyId: SdkKeyId;
}

/**
 * Notes in the audit trail that a key of no person was refused. At most so many a minute of one key.
 * @param refusal what it lacked, as its holder was told
 * @param unnoted how many refusals of it went by since the last that was noted
 */
export async function noteKeyRefusal(
  { db, requestId }: { readonly db: Database; readonly requestId: string },
  { tenantId, environmentId, sdkKeyId }: RefusedKey,
  { refusal, unnoted }: { readonly refusal: Readonly<Record<string, unknown>>; readonly unnoted: number },
): Promise<void> {
  const happening = {
    actor: "anonymous",
    action: "sdk_key.refused",
    object: `sdk-key/${sdkKeyId}`,
    environmentId,
    requestId,
    after: { ...refusal, ...(unnoted > 0 ? { unnoted } : {}) },
  } as const;
  await appendBounded(db, tenantId, happening, "object");
}

/**
 * Notes in the audit trail that a directory came with a token that has ended. At most so many a minute of one token; a tenant that goes
 * is told nothing any more.
 * @param unnoted how often it came since that was last noted
 */
export async function noteScimRefusal(
  { db, requestId }: { readonly db: Database; readonly requestId: string },
  { tenantId, scimTokenId, ended }: EndedScimCredential,
  unnoted: number,
): Promise<void> {
  if (ended === "tenant_closed") return;
  const happening = {
    actor: "anonymous",
    action: "scim_token.refused",
    object: `scim-token/${scimTokenId}`,
    requestId,
    after: { ended, ...(unnoted > 0 ? { unnoted } : {}) },
  } as const;
  await appendBounded(db, tenantId, happening, "object");
}
