/**
 * Writes this package as it is published into the folder that is named: what was built, and the engine along with it, so that it has no
 * dependency; minified, once for `import` and once for `require`. What every start runs is one file, and each part that some programs need another.
 * `npm install <folder>` or `npm publish <folder>` takes it from there.
 *
 * `--plain` does not minify, for who follows a stack trace. `--with-engine` adds `dist/engine.js`, which gives a bench the engine of the very files.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { rolldown } from "rolldown";
import { eagerStart } from "./eager-start.mjs";
import { inlineLimits } from "./inline-limits.mjs";

const here = import.meta.dirname;
const engine = join(here, "..", "engine");
const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder to write to.");

const dist = join(folder, "dist");
rmSync(dist, { recursive: true, force: true });
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
/** The entries' names, as in `dist`. */
const entries = Object.values(manifest.exports).flatMap(
  ({ default: file = "" }) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1] ?? [],
);
const typeFiles = typesReached();
const startModules = await modulesOfStart();

for (const [format, to] of /** @type {const} */ ([
  ["esm", dist],
  ["cjs", join(dist, "cjs")],
])) {
  await bundle(format, to);
  for (const [file, text] of typeFiles) write(join(to, file), text);
}
const re2js = createRequire(join(engine, "package.json")).resolve("re2js");
cpSync(join(dirname(re2js), "..", "LICENSE"), join(dist, "LICENSE.re2js"));
cpSync(join(here, "for-pages.mjs"), join(dist, "for-pages.js"));
// What is below is read as it is written, whatever the package's own kind is.
write(join(dist, "cjs", "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
cpSync(join(here, "README.md"), join(folder, "README.md"));
cpSync(join(here, "..", "..", "LICENSE"), join(folder, "LICENSE"));
write(join(folder, "package.json"), `${JSON.stringify(publishedManifest(), undefined, 2)}\n`);
console.log(folder);

/**
 * @param {"esm" | "cjs"} format
 * @param {string} to
 */
async function bundle(format, to) {
  const build = await rolldown({
    input: {
      ...Object.fromEntries(entries.map((name) => [name, builtFile(name)])),
      ...(flags.includes("--with-engine") ? { engine: join(here, "bench-engine.mjs") } : {}),
    },
    platform: "node",
    plugins: [inlineLimits, eagerStart],
  });
  await build.write({
    dir: to,
    format,
    entryFileNames: "[name].js",
    chunkFileNames: "parts/[name].js",
    minify: !flags.includes("--plain"),
    // A bundler reads in the manifest that nothing here has to run for its own sake.
    comments: { annotation: flags.includes("--plain") },
    codeSplitting: { groups: [{ name: "start", test: (id) => startModules.has(id) }] },
  });
}

/** What is there before the first answer: all that the main entry imports, and nothing that it loads later. */
async function modulesOfStart() {
  const build = await rolldown({ input: builtFile("index"), platform: "node" });
  const { output } = await build.generate({});
  return new Set(output[0].moduleIds);
}

/** @param {string} entry */
function builtFile(entry) {
  return join(here, "dist", `${entry}.js`);
}

/** Each kind of import finds code and types of its own kind. */
function publishedManifest() {
  const { dependencies: _, ...published } = manifest;
  const exports = Object.entries(manifest.exports).map(([name, entry]) => {
    if (typeof entry === "string") return [name, entry];
    const { types, default: code } = entry;
    const inCjs = (/** @type {string} */ file) => file.replace("./dist/", "./dist/cjs/");
    const imported = { types, default: code };
    const elsewhere = {
      workerd: imported,
      "edge-light": imported,
      browser: { types, default: "./dist/for-pages.js" },
    };
    const required = { types: inCjs(types), default: inCjs(code) };
    return [name, { ...(name === "." ? elsewhere : {}), import: imported, require: required }];
  });
  return { ...published, exports: Object.fromEntries(exports) };
}

/**
 * The entries' types and those that they lead to, by their paths in `dist`. No maps: the sources that they lead to stay here.
 *
 * @returns {ReadonlyMap<string, string>}
 */
function typesReached() {
  const reached = new Map();
  const waiting = entries.map((name) => `${name}.d.ts`);
  for (const file of waiting) {
    if (reached.has(file)) continue;
    const text = typesAt(file);
    reached.set(file, text);
    for (const [, specifier = ""] of text.matchAll(/(?:from |import\()"(\.[^"]*)\.js"/g)) {
      waiting.push(posix.normalize(`${posix.dirname(file)}/${specifier}.d.ts`));
    }
  }
  return reached;
}

/** @param {string} file */
function typesAt(file) {
  const inEngine = file.startsWith("engine/");
  const source = inEngine ? join(engine, "dist", file.slice("engine/".length)) : join(here, "dist", file);
  return (
    readFileSync(source, "utf8")
      .replace(/^\/\/# sourceMappingURL=.*\n?/m, "")
      .replaceAll('"@burgee/engine"', JSON.stringify(pathTo("engine/index.js", file)))
      .replaceAll('"@burgee/engine/lists"', JSON.stringify(pathTo("engine/lists/index.js", file)))
      .replaceAll('"@burgee/engine/matches"', JSON.stringify(pathTo("engine/matches/index.js", file)))
      // Types are emitted with the names of their sources; compilers before ours do not look behind those.
      .replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"')
  );
}

/**
 * Both by their paths in `dist`.
 *
 * @param {string} module
 * @param {string} file that imports it
 */
function pathTo(module, file) {
  const path = posix.relative(posix.dirname(file), module);
  return path.startsWith(".") ? path : `./${path}`;
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
