/**
 * Writes an export into the file store, a part at a time. Whoever goes on after a crash begins at the last part that was noted, and
 * makes the same bytes as if nothing had happened: what an export is of is fixed when it begins, which piece comes next follows
 * from where the last one ended, and a part is a few pieces.
 */
import type {
  AuditExport,
  AuditExportCheckpoint,
  AuditExportId,
  AuditExportUpload,
  AuditPiece,
  Database,
  FinishedAuditExport,
  TenantId,
} from "@burgee/db";
import { createSHA256, type IHasher } from "hash-wasm";
import { AppError } from "../errors/app-error.ts";
import { encoderOf } from "./encoder-of.ts";
import { type ExportFiles, fileKeyOf, isUploadLost } from "./export-files.ts";
import type { SignExport } from "./export-signature.ts";

/** How far an export is. */
export interface ExportProgress {
  /** Of the trail: up to which entry it has looked. */
  readonly lookedAt: number;
  readonly last: number;
  /** Entries that the file has. */
  readonly entries: number;
}

export interface AuditExportDeps {
  readonly db: Database;
  readonly files: ExportFiles;
  readonly report: (progress: ExportProgress) => void | Promise<void>;
  /** Aborted once nobody wants it any more, or this process stops: it ends between two pieces. */
  readonly signal: AbortSignal;
  /** How long the file is kept. */
  readonly keptMs: number;
  /** Left out, nobody vouches for the file. */
  readonly sign?: SignExport;
  readonly piece?: Pick<AuditPiece, "mostLookedAt" | "mostBytes">;
}

/** Somebody else went on with this export, who may have taken this process for dead. What they do is all that counts. */
export class ExportTakenOverError extends Error {
  override readonly name = "ExportTakenOverError";

  constructor() {
    super("Somebody else went on with this export.");
  }
}

/** Some milliseconds of a connection, and some MB: each is a transaction of its own. */
const PIECE = { mostLookedAt: 2_000, mostBytes: 1024 * 1024 };

/**
 * Writes it to its end, from wherever it is. May run again at any time, and twice at once: the bytes are the same, and one
 * of the two hears that it was overtaken.
 * @throws {AppError} "audit_export_not_found" for one that has had its time, or never was @throws {ExportTakenOverError}
 */
export async function runAuditExport(
  deps: AuditExportDeps,
  tenantId: TenantId,
  auditExportId: AuditExportId,
): Promise<FinishedAuditExport> {
  const claimed = await deps.db.transact(tenantId, ({ auditExports }) => auditExports.claim(auditExportId));
  if (!claimed)
    throw new AppError("audit_export_not_found", "There is no such export, or it has had its time.");
  if (claimed.finished) return claimed.finished;

  const { checkpoint } = claimed;
  const hash = await createSHA256();
  if (!checkpoint || !hasLoaded(hash, checkpoint))
    return write(deps, tenantId, claimed, { hash: hash.init() });
  try {
    return await write(deps, tenantId, claimed, { hash, checkpoint });
  } catch (error) {
    if (!isUploadLost(error)) throw error;
    return write(deps, tenantId, claimed, { hash: hash.init() });
  }
}

async function write(
  { db, files, report, signal, keptMs, sign = unsigned, piece = PIECE }: AuditExportDeps,
  tenantId: TenantId,
  exported: AuditExport,
  { hash, checkpoint }: { readonly hash: IHasher; readonly checkpoint?: AuditExportCheckpoint },
): Promise<FinishedAuditExport> {
  const { filter, last, format } = exported;
  const key = fileKeyOf({ tenantId, ...exported });
  const encoder = encoderOf(format);

  let upload: AuditExportUpload = checkpoint?.upload ?? (await files.begin(key));
  let { seq, entries } = checkpoint ?? { seq: 0, entries: 0 };
  if (!checkpoint) await note().catch(abandon);
  let pending = upload.bytes === 0 ? [Buffer.from(encoder.begin({ tenantId, filter, last }))] : [];
  while (seq < last.seq) {
    signal.throwIfAborted();
    const read = await db.read(tenantId, ({ audit }) =>
      audit.readPiece({ filter, after: seq, last: last.seq, ...piece }),
    );
    pending.push(Buffer.from(encoder.encode(read.entries)));
    seq = read.upTo;
    entries += read.entries.length;
    if (seq === last.seq) pending.push(Buffer.from(await ending()));
    if (seq === last.seq || bytesOf(pending) >= files.partBytes) await addPart();
    await report({ lookedAt: seq, last: last.seq, entries });
  }
  await files.complete(key, upload);

  const file = { entries, bytes: upload.bytes, sha256: Buffer.from(hash.digest("binary")) };
  const finished = await db.transact(tenantId, ({ auditExports }) =>
    auditExports.finish(exported, file, keptMs),
  );
  if (!finished) throw new ExportTakenOverError();
  return finished;

  /** Nobody will know of what was begun. */
  async function abandon(error: unknown): Promise<never> {
    await files.abort(key, upload);
    throw error;
  }

  async function ending(): Promise<string> {
    const sha256 = digestWith(hash, pending);
    return encoder.end({ entries, sha256, signatures: await sign({ tenantId, sha256, entries }) });
  }

  async function addPart(): Promise<void> {
    const part = Buffer.concat(pending);
    pending = [];
    upload = await files.append(key, upload, part);
    hash.update(part);
    await note();
  }

  async function note(): Promise<void> {
    const sha256 = Buffer.from(hash.save()).toString("base64");
    const isOurs = await db.transact(tenantId, ({ auditExports }) =>
      auditExports.note(exported, { seq, entries, sha256, upload }),
    );
    if (!isOurs) throw new ExportTakenOverError();
  }
}

/** A hash that another version of the library left behind may not be one of this version's. */
function hasLoaded(hash: IHasher, { sha256 }: AuditExportCheckpoint): boolean {
  try {
    hash.load(Buffer.from(sha256, "base64"));
    return true;
  } catch {
    return false;
  }
}

/** Of what it holds and these; it goes on as if it had not been asked. */
function digestWith(hash: IHasher, chunks: readonly Buffer[]): Buffer {
  const state = hash.save();
  for (const chunk of chunks) hash.update(chunk);
  const digest = Buffer.from(hash.digest("binary"));
  hash.load(state);
  return digest;
}

const unsigned: SignExport = async () => [];

function bytesOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
