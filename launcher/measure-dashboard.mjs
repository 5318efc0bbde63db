/**
 * What a browser loads of the dashboard before it shows anything, and with each page, as it travels (gzip). Ends badly beyond the bounds.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { inCheckout } from "./checkout.mjs";
import { buildDashboard } from "./toolchain.mjs";

const KB = 1_000;
const MOST_FIRST = 260 * KB;
const MOST_STYLES = 40 * KB;
const MOST_PAGE = 60 * KB;
/** Big libraries that pages ask for when they need them, and what evaluates: by what their entries are named after. */
const BIG = /codemirror|recharts|charts|engine/i;

/** @typedef {{ file: string, src?: string, isEntry?: boolean, isDynamicEntry?: boolean, imports?: string[], dynamicImports?: string[], css?: string[] }} Chunk */

await buildDashboard();
const folder = inCheckout("apps", "dashboard", "dist");
/** @type {Readonly<Record<string, Chunk>>} */
const chunks = JSON.parse(readFileSync(join(folder, ".vite", "manifest.json"), "utf8"));

const [entry] = Object.entries(chunks).find(([, { isEntry }]) => isEntry) ?? [""];
const first = withImports(entry);
const scripts = sizeOf([...first].map((name) => chunks[name]?.file ?? ""));
const styles = sizeOf([...first].flatMap((name) => chunks[name]?.css ?? []));
console.log(
  `The dashboard loads ${inKb(scripts)} of script first (at most ${inKb(MOST_FIRST)}), ${inKb(styles)} of styles`,
);

const troubles = [
  ...(scripts > MOST_FIRST ? [`The first load is ${inKb(scripts - MOST_FIRST)} of script too large.`] : []),
  ...(styles > MOST_STYLES ? [`The first load is ${inKb(styles - MOST_STYLES)} of styles too large.`] : []),
];
const pages = Object.entries(chunks)
  .filter(([name, { isDynamicEntry }]) => isDynamicEntry && !BIG.test(name))
  .map(([name]) => ({ name, bytes: sizeOf(ownOf(name)) }))
  .sort((one, other) => other.bytes - one.bytes);
for (const { name, bytes } of pages) {
  if (bytes > MOST_PAGE) troubles.push(`${name} loads ${inKb(bytes)} more; at most ${inKb(MOST_PAGE)}.`);
}
const [largest] = pages;
if (largest)
  console.log(`${pages.length} parts come later, the largest ${inKb(largest.bytes)}: ${largest.name}`);
if (troubles.length > 0) {
  console.error(troubles.join("\n"));
  process.exitCode = 1;
}

/** What a part loads beyond what is there already, big libraries apart. What only one page asks for finds that page there. */
function ownOf(/** @type {string} */ name) {
  const asking = Object.keys(chunks).filter((each) => chunks[each]?.dynamicImports?.includes(name));
  const [page] = asking;
  const there = asking.length === 1 && page !== undefined ? withImports(page) : first;
  return [...withImports(name)]
    .filter((each) => !first.has(each) && !there.has(each) && !BIG.test(each))
    .map((each) => chunks[each]?.file ?? "");
}

/** @returns {Set<string>} */
function withImports(/** @type {string} */ name, /** @type {Set<string>} */ found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const each of chunks[name]?.imports ?? []) withImports(each, found);
  return found;
}

function sizeOf(/** @type {readonly string[]} */ files) {
  return files
    .filter((file) => file !== "")
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);
}

function inKb(/** @type {number} */ bytes) {
  return `${(bytes / KB).toFixed(1)} KB`;
}
