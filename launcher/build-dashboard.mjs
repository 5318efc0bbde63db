/**
 * Builds the dashboard's pages to `apps/dashboard/dist`, with each file packed beside itself. Does nothing where nothing changed since.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { inCheckout } from "./checkout.mjs";
import { installed, runProgram } from "./run-program.mjs";

const dashboard = inCheckout("apps", "dashboard");
const folder = join(dashboard, "dist");
const noteFile = join(folder, ".made-of.json");

/** All that the pages are made of; types alone travel from the API. */
const MADE_OF = [
  import.meta.filename,
  inCheckout("package-lock.json"),
  ...["index.html", "package.json", "vite.config.ts"].map((name) => join(dashboard, name)),
  ...["src", "public"].flatMap((name) => filesIn(join(dashboard, name))),
  ...filesIn(inCheckout("packages", "engine", "src")),
].filter((file) => !/[.]test[.]tsx?$/.test(file));

const PACKED = new Set([".html", ".js", ".css", ".svg", ".json"]);
const LEAST_PACKED_BYTES = 512;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const made = JSON.stringify(MADE_OF.map((file) => [file, statSync(file).mtimeMs]));
if (!existsSync(noteFile) || readFileSync(noteFile, "utf8") !== made) {
  rmSync(noteFile, { force: true });
  await runProgram(installed("vite"), ["build", "--logLevel", "error", dashboard], {
    env: { NODE_ENV: "production" },
  });
  await Promise.all(filesIn(folder).map(pack));
  writeFileSync(noteFile, made);
}

async function pack(/** @type {string} */ file) {
  const bytes = readFileSync(file);
  if (!PACKED.has(extname(file)) || bytes.length < LEAST_PACKED_BYTES) return;
  writeFileSync(`${file}.br`, await promisify(brotliCompress)(bytes, BROTLI));
  writeFileSync(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

/** @returns {string[]} */
function filesIn(/** @type {string} */ where) {
  return readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
