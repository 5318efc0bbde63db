/** A link to an export's file, for a browser or a program that has nothing else: it names who made it, and ends by itself. */
import type { AuditExportId, TenantId, UserId } from "@burgee/db";
import { z } from "zod";
import { auditExportId, tenantId, userId } from "../ids.ts";
import type { Keyring } from "../keyring/keyring.ts";

export interface FileLink {
  readonly tenantId: TenantId;
  readonly auditExportId: AuditExportId;
  readonly madeBy: UserId;
  /** Seconds since 1970. */
  readonly expires: number;
}

const SIGNED_AS = "audit-export";

export const fileLinkInput = z.strictObject({
  tenant: tenantId,
  export: auditExportId,
  by: userId,
  expires: z
    .string()
    .regex(/^\d{1,11}$/)
    .transform(Number),
  signature: z.string().max(100),
});

/** Where the file is, as a path of the API's. */
export async function linkTo(keyring: Keyring, link: FileLink): Promise<string> {
  const signature = await keyring.sign(link.tenantId, partsOf(link));
  const query = new URLSearchParams({ by: link.madeBy, expires: String(link.expires), signature });
  return `/v1/files/${link.tenantId}/${link.auditExportId}?${query}`;
}

/** What a link says, if we made it; undefined for every other. @throws {AppError} "unavailable" */
export async function readLink(
  keyring: Keyring,
  input: z.output<typeof fileLinkInput>,
): Promise<FileLink | undefined> {
  const link = {
    tenantId: input.tenant,
    auditExportId: input.export,
    madeBy: input.by,
    expires: input.expires,
  };
  return (await keyring.isSigned(link.tenantId, partsOf(link), input.signature)) ? link : undefined;
}

function partsOf({ tenantId, auditExportId, madeBy, expires }: FileLink): readonly string[] {
  return [SIGNED_AS, tenantId, auditExportId, madeBy, String(expires)];
}
