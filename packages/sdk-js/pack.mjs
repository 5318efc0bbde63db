/**
 * Writes this package as it is published into the folder that is named: what was built, and the engine along with it,
 * so that it has no dependency. `npm install <folder>` or `npm publish <folder>` takes it from there.
 */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { rolldown } from "rolldown";

const here = import.meta.dirname;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder to write to.");

rmSync(join(folder, "dist"), { recursive: true, force: true });
copyBuilt(join(here, "dist"), join(folder, "dist"));
copyBuilt(join(here, "..", "engine", "dist"), join(folder, "dist", "engine"));
await packMatches(join(here, "..", "engine", "dist", "matches"), join(folder, "dist", "engine", "matches"));
cpSync(join(here, "README.md"), join(folder, "README.md"));
cpSync(join(here, "..", "..", "LICENSE"), join(folder, "LICENSE"));

const { dependencies: _, ...manifest } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
delete manifest.exports["."]["burgee:source"];
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
console.log(folder);

/**
 * Modules and their types; no maps, since the sources that they lead to stay here.
 *
 * @param {string} from
 * @param {string} to
 */
function copyBuilt(from, to) {
  for (const file of globSync(["**/*.js", "**/*.d.ts"], { cwd: from })) {
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

/**
 * The chunk that gives `matches` its meaning, with re2js and its licence inside. What it shares with the engine stays outside:
 * a failure is known by its class.
 *
 * @param {string} from
 * @param {string} to
 */
async function packMatches(from, to) {
  const bundle = await rolldown({ input: join(from, "index.js"), external: /^\.\.\// });
  for (const file of globSync("*.js", { cwd: to })) rmSync(join(to, file));
  await bundle.write({ file: join(to, "index.js"), minify: true });
  const re2js = createRequire(join(from, "index.js")).resolve("re2js");
  cpSync(join(dirname(re2js), "..", "LICENSE"), join(to, "LICENSE.re2js"));
}
