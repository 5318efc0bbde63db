/**
 * Writes this package as it is published into the folder that is named: what was built, and the engine along with it, so that it has no
 * dependency. A start reads a few files instead of a hundred. `npm install <folder>` or `npm publish <folder>` takes it from there.
 */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { rolldown } from "rolldown";
import { minifySync } from "rolldown/experimental";
import { eagerStart } from "./eager-start.mjs";

const here = import.meta.dirname;
const engine = join(here, "..", "engine");
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder to write to.");

const dist = join(folder, "dist");
rmSync(dist, { recursive: true, force: true });
await bundle();
copyTypes(join(here, "dist"), dist);
copyTypes(join(engine, "dist"), join(dist, "engine"));
minifyMatches();
cpSync(join(here, "README.md"), join(folder, "README.md"));
cpSync(join(here, "..", "..", "LICENSE"), join(folder, "LICENSE"));

const { dependencies: _, ...manifest } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
for (const entry of Object.values(manifest.exports)) delete entry["burgee:source"];
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
console.log(folder);

/** The engine's entries stay files of their own: what few rulesets need is loaded when one does. */
async function bundle() {
  const build = await rolldown({
    input: {
      index: join(here, "dist", "index.js"),
      "file-store": join(here, "dist", "file-store.js"),
      "engine/index": join(engine, "dist", "index.js"),
      "engine/matches/index": join(engine, "dist", "matches", "index.js"),
      "engine/lists/index": join(engine, "dist", "lists", "index.js"),
    },
    platform: "node",
    plugins: [eagerStart],
  });
  await build.write({ dir: dist, entryFileNames: "[name].js", chunkFileNames: "engine/chunks/[name].js" });
}

/**
 * No maps: the sources that they lead to stay here.
 *
 * @param {string} from
 * @param {string} to
 */
function copyTypes(from, to) {
  for (const file of globSync("**/*.d.ts", { cwd: from })) {
    const text = readFileSync(join(from, file), "utf8")
      .replace(/^\/\/# sourceMappingURL=.*\n?/m, "")
      .replaceAll('"@burgee/engine"', JSON.stringify(pathTo("engine/index.js", file)))
      .replaceAll('"@burgee/engine/lists"', JSON.stringify(pathTo("engine/lists/index.js", file)))
      .replaceAll('"@burgee/engine/matches"', JSON.stringify(pathTo("engine/matches/index.js", file)))
      // Types are emitted with the names of their sources; compilers before ours do not look behind those.
      .replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"');
    mkdirSync(dirname(join(to, file)), { recursive: true });
    writeFileSync(join(to, file), text);
  }
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

/** re2js is ten times as long as the rest, and nobody looks for their own mistakes in it. Its licence goes along. */
function minifyMatches() {
  const file = join(dist, "engine", "matches", "index.js");
  const { code, errors } = minifySync(file, readFileSync(file, "utf8"));
  if (errors.length > 0) throw new Error(errors[0]?.message);
  writeFileSync(file, code);
  const re2js = createRequire(join(engine, "package.json")).resolve("re2js");
  cpSync(join(dirname(re2js), "..", "LICENSE"), join(dirname(file), "LICENSE.re2js"));
}
