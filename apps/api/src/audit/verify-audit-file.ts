import { createReadStream } from "node:fs";
import { type ExportReport, linesOf, verifyAuditExport } from "@burgee/core";
import { beginProgress, inThousands, type ProgressDeps } from "./verification-progress.ts";

/**
 * Verifies an export, and prints how far it is and what it found. Needs no database, and holds a line at a time.
 *
 * @param key the public half of the one that has to have signed it
 * @returns the exit code: 0 where nothing is wrong, 1 where something is, 2 where there is no file to read
 */
export async function verifyAuditFile(deps: ProgressDeps, path: string, key?: string): Promise<0 | 1 | 2> {
  const { print } = deps;
  const { onProgress, speed } = beginProgress(deps, path);

  try {
    const report = await verifyAuditExport(linesOf(createReadStream(path)), { onProgress, key });
    for (const line of said(path, report, speed(report.verified))) print(line);
    return report.fault ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    print(`${path} can't be read: ${error.message}`);
    return 2;
  }
}

function said(path: string, { statement, isWhole, verified, signedBy, fault }: ExportReport, speed: string) {
  if (fault) {
    const where = "line" in fault ? `line ${fault.line}` : `entry ${fault.seq}`;
    return [`✗ ${path}: ${where} is bad (${fault.kind}). ${fault.message} What comes before it is intact.`];
  }
  if (!statement) return [];
  const { tenantId, filter, last } = statement;
  const count = inThousands(verified);
  if (isWhole) {
    return [
      `✓ ${path}: ${count} entries, the whole trail of ${tenantId} up to entry ${last.seq}, intact (${speed})`,
      `  It ends with the hash ${last.hash.toString("hex")}.`,
      ...signers(signedBy),
    ];
  }
  return [
    `✓ ${path}: ${count} entries of the trail of ${tenantId} up to entry ${last.seq}, each as it was written (${speed})`,
    `  They are those for which ${JSON.stringify(filter)}. Whether all of these are there a file can't show.`,
    ...signers(signedBy),
  ];
}

function signers(signedBy: readonly string[]): readonly string[] {
  return signedBy.map((key) => `  It is signed by the key ${key}.`);
}
