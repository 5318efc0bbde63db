import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder =
  process.env.CONFORMANCE_DIR ?? fileURLToPath(new URL("../../../../shared/conformance", import.meta.url));

/** A file of the public conformance examples; `undefined` where they are not at hand. */
export function findConformanceFile(path: string): string | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
