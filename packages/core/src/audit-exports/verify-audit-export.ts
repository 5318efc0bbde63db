/**
 * Looks through an export without a database. One of a whole trail shows the chain, from its first entry to the last that the export
 * was to have. One by a filter shows of each entry that it is as it was written, and the chain wherever two neighbours are
 * there; what a filter leaves out it can't show.
 */
import { createHash } from "node:crypto";
import { type ChainEnd, type ChainFault, faultOf, faultOfEnd } from "../audit/chain-fault.ts";
import { chainStart } from "../audit/entry-hash.ts";
import type { ExportStatement } from "./export-encoder.ts";
import { type EntryOfExport, isOfAll, readLine, readStatement } from "./export-form.ts";
import { isExportSignature } from "./export-signature.ts";

/** A line that an export has not, or has not there; or an end that does not vouch for what comes before. */
export interface FormFault {
  readonly kind: "form" | "signature";
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface ExportReport {
  /** Undefined for what is no export. */
  readonly statement: ExportStatement | undefined;
  /** Whether the statement asks for every entry. */
  readonly isWhole: boolean;
  /** How many entries were found good, from the first in the file. */
  readonly verified: number;
  /** The keys that signed all of it, by what is in the file. */
  readonly signedBy: readonly string[];
  /** The first thing wrong; undefined where nothing is. */
  readonly fault: ChainFault | FormFault | undefined;
}

/** Told after so many lines. */
const TOLD_EVERY = 2_000;

export interface VerifyExportOptions {
  readonly onProgress?: (verified: number) => void;
  /** The one that has to have signed it: a public half in base64url. Left out, it need not be signed. */
  readonly key?: string | undefined;
}

/** Holds one line at a time. */
export async function verifyAuditExport(
  lines: AsyncIterable<string>,
  { onProgress = () => undefined, key }: VerifyExportOptions = {},
): Promise<ExportReport> {
  const hash = createHash("sha256");
  let signedBy: readonly string[] = [];
  let line = 0;
  let verified = 0;
  let statement: ExportStatement | undefined;
  let isWhole = false;
  let end: ChainEnd | undefined;
  let isOver = false;
  const reported = (fault?: ChainFault | FormFault): ExportReport => ({
    statement,
    isWhole,
    verified,
    signedBy,
    fault,
  });
  const misfit = (message: string) => reported({ kind: "form", line, message });
  const unsigned = (message: string) => reported({ kind: "signature", line, message });

  for await (const text of lines) {
    line += 1;
    if (!statement || !end) {
      statement = readStatement(text);
      if (!statement) return misfit("This begins no export that this version can read.");
      isWhole = isOfAll(statement.filter);
      end = { seq: 0, hash: chainStart(statement.tenantId) };
      hash.update(`${text}\n`);
      continue;
    }
    if (isOver) return misfit("There is more after the line that ends the export.");
    const read = readLine(text);
    if (!read) return misfit("This is no line of an export.");
    if (read.kind === "end") {
      if (read.entries !== verified)
        return misfit(`The export had ${read.entries} entries, and ${verified} are here.`);
      isOver = true;
      const cut = isWhole ? faultOfEnd(end, statement.last) : undefined;
      if (cut) return reported(cut);
      if (!read.sha256.equals(hash.digest())) return unsigned("It vouches for other lines than these.");
      const signed = { tenantId: statement.tenantId, sha256: read.sha256, entries: read.entries };
      const forged = read.signatures.find((each) => !isExportSignature(signed, each));
      if (forged) return unsigned(`It is not signed by ${forged.key}, as it says.`);
      signedBy = read.signatures.map((each) => each.key);
      if (key !== undefined && !signedBy.includes(key)) return unsigned(`It is not signed by ${key}.`);
      continue;
    }
    const fault = isWhole
      ? faultOf(statement.tenantId, end, read.entry)
      : faultOfOne(statement, end, read.entry);
    if (fault) return reported(fault);
    end = read.entry;
    hash.update(`${text}\n`);
    verified += 1;
    if (verified % TOLD_EVERY === 0) onProgress(verified);
  }

  line += 1;
  if (!statement || !end) return misfit("There is nothing in it.");
  if (!isOver) return misfit("The line that ends the export is missing, and so may be entries.");
  return reported();
}

/** What is wrong with an entry whose neighbours may have been left out. */
function faultOfOne(
  { tenantId, last }: ExportStatement,
  end: ChainEnd,
  entry: EntryOfExport,
): ChainFault | undefined {
  const { seq, previousHash, hash } = entry;
  if (seq <= end.seq) return { seq, kind: "gap", message: "It is there twice, or not in its place." };
  if (seq > last.seq) return { seq, kind: "head", message: `The export ends with ${last.seq}.` };
  if (seq === last.seq && !hash.equals(last.hash)) {
    return { seq, kind: "head", message: "The export is said to end with another hash." };
  }
  const before = seq === end.seq + 1 ? end : { seq: seq - 1, hash: previousHash };
  return faultOf(tenantId, before, entry);
}
