import type { Actor, Database } from "@burgee/db";
import type { z } from "zod";
import { accessOf, isAllowed, TENANT } from "../access/access.ts";
import { appendBounded } from "../audit/append-bounded.ts";
import { AppError } from "../errors/app-error.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { encoderOf } from "./encoder-of.ts";
import { type ExportFiles, fileKeyOf } from "./export-files.ts";
import { type FileLink, type fileLinkInput, readLink } from "./file-link.ts";

interface OpenFileDeps {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly files: Pick<ExportFiles, "read">;
  readonly requestId: string;
}

export interface AuditExportFile {
  /** As a browser would keep it. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Its bytes, or some of them, both ends included. @throws {AppError} "audit_export_not_found" where they are gone */
  read(range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * The file that a link leads to: for whoever has the link, as long as it lasts and who made it may read the trail. The trail tells of it.
 * @throws {AppError} "file_link_refused", "audit_export_not_found", "unavailable"
 */
export async function openAuditExportFile(
  deps: OpenFileDeps,
  input: z.output<typeof fileLinkInput>,
): Promise<AuditExportFile> {
  const link = await readLink(deps.keyring, input);
  if (!link) throw refused();
  const { tenantId, auditExportId } = link;
  const found = await find(deps, link);
  const { finished, format } = found;

  const key = fileKeyOf({ tenantId, auditExportId, format });
  await appendBounded(
    deps.db,
    tenantId,
    {
      actor: actorOf(link),
      action: "audit_export.downloaded",
      object: `audit-export/${auditExportId}`,
      requestId: deps.requestId,
    },
    "object",
  );
  return {
    name: `audit-${auditExportId}.${format}`,
    mediaType: encoderOf(format).mediaType,
    bytes: finished.bytes,
    read: async (range) => {
      const chunks = await deps.files.read(key, range);
      if (!chunks) throw gone();
      return chunks;
    },
  };
}

async function find({ db }: OpenFileDeps, { tenantId, auditExportId, madeBy, expires }: FileLink) {
  const { found, maker, now } = await db.read(tenantId, async ({ auditExports, members }) => ({
    found: await auditExports.find(auditExportId),
    maker: await members.find(madeBy),
    now: await auditExports.now(),
  }));
  const mayRead = maker && isAllowed(accessOf(maker.role, maker.bindings), "audit.read", TENANT);
  if (now.getTime() >= expires * 1000 || !mayRead) throw refused();
  if (!found?.finished) throw gone();
  return { ...found, finished: found.finished };
}

function actorOf({ madeBy }: FileLink): Actor {
  return `user:${madeBy}`;
}

function refused(): AppError {
  return new AppError(
    "file_link_refused",
    "This link has ended, or is none of ours: get another one from the export.",
  );
}

function gone(): AppError {
  return new AppError("audit_export_not_found", "There is no such export, or it has had its time.");
}
