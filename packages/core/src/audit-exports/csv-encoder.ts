/**
 * An export as CSV (RFC 4180), for spreadsheets. A text that one would take for a formula begins with an apostrophe, as OWASP
 * advises: so a cell is not always to the letter what the trail says, and this form can't be verified.
 */
import type { ExportedAuditEntry } from "@burgee/db";
import { stringify } from "csv-stringify/sync";
import type { ExportEncoder, ExportStatement } from "./export-encoder.ts";

const COLUMNS: readonly (readonly [name: string, cellOf: (entry: ExportedAuditEntry) => string])[] = [
  ["seq", ({ seq }) => String(seq)],
  ["at", ({ createdAt }) => createdAt.toISOString()],
  ["actor", ({ actor }) => actor],
  ["action", ({ action }) => action],
  ["object", ({ object }) => object],
  ["project", ({ project }) => project ?? ""],
  ["environment", ({ environment }) => environment ?? ""],
  ["environment_id", ({ environmentId }) => environmentId ?? ""],
  ["revision", ({ revision }) => (revision === null ? "" : String(revision))],
  ["request_id", ({ requestId }) => requestId ?? ""],
  ["address", ({ address }) => address ?? ""],
  ["user_agent", ({ userAgent }) => userAgent ?? ""],
  ["before", ({ before }) => (before === null ? "" : JSON.stringify(before))],
  ["after", ({ after }) => (after === null ? "" : JSON.stringify(after))],
  ["previous_hash", ({ previousHash }) => previousHash.toString("hex")],
  ["hash", ({ hash }) => hash.toString("hex")],
];

export const csvEncoder: ExportEncoder = {
  mediaType: "text/csv; charset=utf-8; header=present",
  begin: (statement) => csv([[...COLUMNS.map(([name]) => name), statementOf(statement)]]),
  encode: (entries) => csv(entries.map((entry) => [...COLUMNS.map(([, cellOf]) => cellOf(entry)), ""])),
  end: () => "",
};

/** The name of a last column, whose cells are empty: a file says what it is of, and every line has as many cells as any other. */
function statementOf({ tenantId, filter, last }: ExportStatement): string {
  return `audit export of ${tenantId}, entries up to ${last.seq}, filter ${JSON.stringify(filter)}`;
}

function csv(records: readonly (readonly string[])[]): string {
  const cells = records.map((record) => record.map(withoutLineFeed));
  return stringify(cells, { record_delimiter: "windows", escape_formulas: true });
}

/** The library knows all beginnings that OWASP names but this one. */
function withoutLineFeed(cell: string): string {
  return cell.startsWith("\n") ? `'${cell}` : cell;
}
