/**
 * What the SDK weighs as it is published: installed; at its start, file by file as a program loads them, gzipped; and what it loads only later, or
 * where it is needed. Ends with 1 where one is beyond its bound. `--bounds` says only what has one.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { inlineLimits } from "../packages/sdk-js/inline-limits.mjs";
import { inCheckout } from "./checkout.mjs";

/** Bytes that the SDK with its stream is asked to start with, gzipped. The table says why it does not. */
const ASKED_AT_START = 8_192;
/** Bytes, gzipped; of the whole, as it is installed. */
const MOST_AT_START = 20_928;
const MOST_AFTER_START = 4_736;
const MOST_FOR_LIBRARY = 6_272;
const MOST_INSTALLED = 725_000;

/**
 * What a start is made of, each with what stands before it: modules by their paths in the SDK's `dist`, and packages.
 *
 * @type {readonly [area: string, modules: readonly string[]][]}
 */
const AREAS = [
  ["evaluates: the engine's core", ["@burgee/engine/core"]],
  ["checks what the service sends", ["@burgee/engine/reader"]],
  ["streams: requests, server-sent events", ["./delivery/stream-connection.js"]],
  ["reconnects, and falls back", ["./delivery/ruleset-feed.js"]],
  [
    "takes rulesets in order, and loads parts",
    ["./ruleset/held-ruleset.js", "./parts/parts.js", "./ruleset/list-source.js"],
  ],
  ["answers, counts, calls hooks", ["./server/evaluate.js", "./hooks/hooks.js", "./usage/usage.js"]],
  ["tells status and events", ["./server/lifecycle.js", "./events/emitter.js", "./logger.js"]],
  ["checks options", ["./server/options.js"]],
  ["the client around it", ["./index.js"]],
];
const LOADED_LATER = /after-start|list-loader|stored-rulesets|verifier|engine\/(library|matches)/;

const isBrief = process.argv.includes("--bounds");
const folder = mkdtempSync(join(tmpdir(), "burgee-size-"));
try {
  const dist = join(folder, "dist");
  execFileSync(process.execPath, [inCheckout("packages", "sdk-js", "pack.mjs"), folder]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const installed = files.reduce(
    (sum, file) => sum + readFileSync(join(file.parentPath, file.name)).length,
    0,
  );
  const start = closureOf(dist, "index.js");
  const atStart = weighFiles(dist, start);
  const beyond = (/** @type {string} */ file) =>
    weighFiles(
      dist,
      closureOf(dist, file).filter((each) => !start.includes(each)),
    );
  const afterStart = beyond("parts/after-start.js");
  const library = beyond("parts/library.js");

  bounded("SDK, at its start", atStart, MOST_AT_START, `gzipped, ${count(ASKED_AT_START)} asked`);
  if (!isBrief) await printAreas(atStart);
  bounded(
    "SDK, loaded after its start",
    afterStart,
    MOST_AFTER_START,
    "gzipped: what polls, patches and sends usage",
  );
  bounded("SDK, for conditions beyond comparisons", library, MOST_FOR_LIBRARY, "gzipped");
  if (!isBrief) {
    for (const [name, file] of [
      ["patterns", "parts/matches.js"],
      ["long lists", "parts/list-loader.js"],
      ["seals", "parts/verifier.js"],
      ["a store", "parts/stored-rulesets.js"],
      ["a store in files", "file-store.js"],
      ["tests", "testing.js"],
    ]) {
      console.log(`SDK, for ${name}: ${count(beyond(file ?? ""))} bytes gzipped`);
    }
  }
  bounded("SDK, installed", installed, MOST_INSTALLED, `in ${files.length} files; no dependency`);
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * A file and all that it imports before it runs.
 *
 * @param {string} dist
 * @param {string} file
 */
function closureOf(dist, file) {
  const found = [file];
  for (const each of found) {
    const text = readFileSync(join(dist, each), "utf8");
    for (const [, specifier = ""] of text.matchAll(/\b(?:from|import)\s*"(\.[^"]*)"/g)) {
      const imported = join(each, "..", specifier);
      if (!found.includes(imported)) found.push(imported);
    }
  }
  return found;
}

/**
 * @param {string} dist
 * @param {readonly string[]} files
 */
function weighFiles(dist, files) {
  return files.reduce((sum, file) => sum + gzipped(readFileSync(join(dist, file))), 0);
}

/** Each area's share is what it adds to those before it, as one file. What parts name of a start, for one another, comes on top. */
async function printAreas(/** @type {number} */ atStart) {
  let before = 0;
  /** @type {string[]} */
  const modules = [];
  for (const [area, added] of AREAS) {
    modules.push(...added);
    const weight = await weighTogether(modules);
    printArea(area, weight - before);
    before = weight;
  }
  printArea("names for the parts that are loaded later", atStart - before);
}

/**
 * @param {string} area
 * @param {number} bytes
 */
function printArea(area, bytes) {
  console.log(`  ${count(bytes).padStart(6)}  ${area}`);
}

/** @param {readonly string[]} modules */
async function weighTogether(modules) {
  const entry = inCheckout("packages", "sdk-js", "dist", "area.js");
  const code = modules.map((module, at) => `export * as m${at} from ${JSON.stringify(module)};`).join("\n");
  const build = await rolldown({
    input: entry,
    platform: "node",
    external: LOADED_LATER,
    plugins: [
      inlineLimits,
      {
        name: "area",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  });
  const { output } = await build.generate({ format: "esm", minify: true, comments: { annotation: false } });
  return gzipped(output[0].code);
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} most
 * @param {string} unit
 */
function bounded(what, bytes, most, unit) {
  console.log(`${what}: ${count(bytes)} of at most ${count(most)} bytes ${unit}`);
  if (bytes > most) process.exitCode = 1;
}

/** @param {string | Uint8Array} code */
function gzipped(code) {
  return gzipSync(code, { level: 9 }).length;
}

/** @param {number} bytes */
function count(bytes) {
  return bytes.toLocaleString("en");
}
