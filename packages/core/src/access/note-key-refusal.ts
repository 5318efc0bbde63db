import type { Database, EnvironmentId, SdkKeyId, TenantId } from "@burgee/db";
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
