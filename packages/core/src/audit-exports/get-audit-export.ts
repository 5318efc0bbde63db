import type { Actor, AuditExport, AuditExportFormat, AuditFilter } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { auditExportId } from "../ids.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { linkTo } from "./file-link.ts";

export const getAuditExportInput = z.strictObject({ id: auditExportId });

export interface AuditExportView {
  readonly id: string;
  readonly format: AuditExportFormat;
  readonly filter: AuditFilter;
  /** The last entry of the trail when it was begun; later ones are not in it. */
  readonly lastEntry: number;
  readonly createdBy: Actor;
  readonly createdAt: string;
  /** When it is forgotten, file and all. */
  readonly expiresAt: string;
  /** Null until it is whole. */
  readonly file: AuditExportFileView | null;
}

export interface AuditExportFileView {
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: string;
  /** A path of this API's, with all that it takes to read the file. */
  readonly link: string;
  readonly linkExpiresAt: string;
}

/** As long as a large download may be waited for. */
const LINK_MS = 60 * 60 * 1000;

/** An export, with a link to its file that is good for an hour. @throws {AppError} "forbidden", "audit_export_not_found" */
export async function getAuditExport(
  { db, person }: Pick<Caller, "db" | "person">,
  keyring: Keyring,
  { id }: z.output<typeof getAuditExportInput>,
): Promise<AuditExportView> {
  demand(person, "audit.read", TENANT);
  const { tenantId, userId: madeBy } = person;
  const { found, now } = await db.read(tenantId, async ({ auditExports }) => ({
    found: await auditExports.find(id),
    now: await auditExports.now(),
  }));
  if (!found)
    throw new AppError("audit_export_not_found", "There is no such export, or it has had its time.");

  const endsMs = Math.min(now.getTime() + LINK_MS, found.expiresAt.getTime());
  const expires = Math.floor(endsMs / 1000);
  const { finished } = found;
  return {
    ...viewOf(found),
    file: finished && {
      entries: finished.entries,
      bytes: finished.bytes,
      sha256: finished.sha256.toString("hex"),
      link: await linkTo(keyring, { tenantId, auditExportId: found.auditExportId, madeBy, expires }),
      linkExpiresAt: new Date(expires * 1000).toISOString(),
    },
  };
}

function viewOf({ auditExportId, format, filter, last, createdBy, createdAt, expiresAt }: AuditExport) {
  return {
    id: auditExportId,
    format,
    filter,
    lastEntry: last.seq,
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
