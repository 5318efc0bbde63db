import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The other projects' data, none of which lies in this repository: the folder CONFORMANCE_DIR, or one beside the checkout. */
export const conformanceFolder =
  process.env.CONFORMANCE_DIR ?? join(import.meta.dirname, "..", "..", "..", "shared", "conformance");

/** A file of the data as text; `undefined` where it is not at hand. */
export function findText(...path: string[]): string | undefined {
  const file = join(...path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
