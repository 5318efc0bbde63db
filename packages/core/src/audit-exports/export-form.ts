/**
 * An export as JSON Lines: a line that says what it is of, a line for each entry, and a signed line that says how many there were. An entry's
 * line has all that its hash is made of, by the names under which it is hashed, and the chain's two hashes.
 */
import type { AuditFilter, EnvironmentId, StoredAuditEntry } from "@burgee/db";
import { z } from "zod";
import { tenantId } from "../ids.ts";
import type { ExportEnding, ExportStatement } from "./export-encoder.ts";

const FORM = "burgee-audit-export";
const VERSION = 1;
const MOST_SIGNATURES = 10;

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => Buffer.from(text, "hex"));
const moment = z.iso.datetime().transform((text) => new Date(text));
const state = z.record(z.string(), z.unknown()).nullable();

const statementLine = z.strictObject({
  form: z.literal(FORM),
  version: z.literal(VERSION),
  tenantId,
  filter: z.strictObject({
    actor: z.string().optional(),
    action: z.string().optional(),
    objectKind: z.string().optional(),
    objectKey: z.string().optional(),
    project: z.string().optional(),
    environment: z.string().optional(),
    from: moment.optional(),
    to: moment.optional(),
    requestId: z.string().optional(),
  }),
  last: z.strictObject({ seq: z.int().positive(), hash: sha256 }),
});

const entryLine = z.strictObject({
  seq: z.int().positive(),
  createdAt: moment,
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  environmentId: (z.uuid() as unknown as z.ZodType<EnvironmentId, string>).nullable(),
  revision: z.int().nullable(),
  requestId: z.string().nullable(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  before: state,
  after: state,
  hashVersion: z.int(),
  previousHash: sha256,
  hash: sha256,
  /** There only where it is not: in its table the entry lay otherwise than this line can say. */
  isExact: z.literal(false).optional(),
});

const signature = z.strictObject({
  key: z.string().regex(/^[\w-]{43}$/),
  value: z.string().regex(/^[\w-]{86}$/),
});

const endLine = z.strictObject({
  entries: z.int().min(0),
  sha256,
  signatures: z.array(signature).max(MOST_SIGNATURES),
});

/** An entry as an export holds it. */
export type EntryOfExport = Omit<StoredAuditEntry, "month">;

export type ExportLine =
  | { readonly kind: "entry"; readonly entry: EntryOfExport }
  | ({ readonly kind: "end" } & ExportEnding);

export function writeStatement({ tenantId, filter, last }: ExportStatement): string {
  const { seq, hash } = last;
  return lineOf({
    form: FORM,
    version: VERSION,
    tenantId,
    filter,
    last: { seq, hash: hash.toString("hex") },
  });
}

export function writeEntry(entry: EntryOfExport): string {
  return lineOf({
    seq: entry.seq,
    createdAt: entry.createdAt.toISOString(),
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    environmentId: entry.environmentId,
    revision: entry.revision,
    requestId: entry.requestId,
    address: entry.address,
    userAgent: entry.userAgent,
    before: entry.before,
    after: entry.after,
    hashVersion: entry.hashVersion,
    previousHash: entry.previousHash.toString("hex"),
    hash: entry.hash.toString("hex"),
    ...(entry.isExact ? {} : { isExact: false }),
  });
}

export function writeEnd({ entries, sha256: hash, signatures }: ExportEnding): string {
  return lineOf({ entries, sha256: hash.toString("hex"), signatures });
}

/** @returns undefined for a line that begins no export which this build can read */
export function readStatement(line: string): ExportStatement | undefined {
  const read = statementLine.safeParse(parsed(line));
  if (!read.success) return undefined;
  const { tenantId, filter, last } = read.data;
  return { tenantId, filter, last };
}

/** @returns undefined for a line that an export does not have */
export function readLine(line: string): ExportLine | undefined {
  const value = parsed(line);
  const entry = entryLine.safeParse(value);
  if (entry.success) {
    const { isExact = true, ...content } = entry.data;
    return { kind: "entry", entry: { ...content, isExact } };
  }
  const end = endLine.safeParse(value);
  return end.success ? { kind: "end", ...end.data } : undefined;
}

export function isOfAll(filter: AuditFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
