/**
 * Writes the api's program as a few files instead of a thousand: `apps/api/dist/bundle/main.js`, and beside it what it loads only where it is
 * needed. A start reads, links and keeps less. Does nothing where nothing changed since. Lines and names stay, for who reads a stack trace
 * without `--enable-source-maps`: that one keeps all maps in memory.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { inCheckout } from "./checkout.mjs";

/**
 * @typedef {object} Made
 * @property {Readonly<Record<string, number>>} inputs when each file was last written
 * @property {readonly string[]} files
 */

const folder = inCheckout("apps", "api", "dist", "bundle");
const noteFile = join(folder, "made-of.json");
const OURS = [import.meta.filename, inCheckout("package-lock.json")];

/**
 * A single other character makes V8 hold two bytes for each.
 *
 * @type {import("rolldown").Plugin}
 */
const inAscii = {
  name: "in-ascii",
  generateBundle: (_, files) => {
    for (const file of Object.values(files)) {
      if (file.type === "chunk") file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
    }
  },
};

const before = madeBefore();
if (!before || !isFresh(before)) await bundle();

async function bundle() {
  const build = await rolldown({
    input: {
      main: inCheckout("apps", "api", "src", "main.ts"),
      // Found beside whoever starts it.
      "hashing-program": inCheckout("packages", "core", "src", "people", "hashing-program.ts"),
    },
    platform: "node",
    // Native code, what pg looks for and does without, and a page that looks for its files beside itself.
    external: [/^@node-rs\//, /^@bull-board\//, "pg-native"],
    onLog: (level, { message }) => {
      if (level === "warn") throw new Error(`The api can't be bundled as it is: ${message}`);
    },
    resolve: { conditionNames: ["burgee:source", "node"] },
    plugins: [inAscii],
  });
  const { output } = await build.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    // A program that runs loads parts of its own bundle, also after another one was made.
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
    sourcemapExcludeSources: true,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  });
  const read = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  const inputs = [...OURS, ...read.filter((file) => existsSync(file))];
  /** @type {Made} */
  const made = {
    inputs: Object.fromEntries(inputs.map((file) => [file, writtenAt(file)])),
    files: output.map(({ fileName }) => fileName),
  };
  writeFileSync(noteFile, JSON.stringify(made));
  const kept = new Set([...made.files, ...(before?.files ?? []), "made-of.json"]);
  for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(join(folder, name));
}

/** @param {string} character */
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** @returns {Made | undefined} */
function madeBefore() {
  return existsSync(noteFile) ? JSON.parse(readFileSync(noteFile, "utf8")) : undefined;
}

function isFresh(/** @type {Made} */ { inputs, files }) {
  return (
    files.every((file) => existsSync(join(folder, file))) &&
    Object.entries(inputs).every(([file, at]) => existsSync(file) && writtenAt(file) === at)
  );
}

function writtenAt(/** @type {string} */ file) {
  return statSync(file).mtimeMs;
}
