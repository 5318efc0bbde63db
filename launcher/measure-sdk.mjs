/**
 * What the SDK weighs as it is published: installed; at its start, minified by rolldown and gzipped; and what it loads only where it is needed.
 * Then what its start takes, in CPU time, since wall time is not a program's own on a machine that does other things.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { inCheckout } from "./checkout.mjs";

/** Bytes that the SDK with its stream is asked to start with, gzipped. */
const ASKED_AT_START = 8_192;
const STARTS = 15;
const BOOTSTRAP = {
  schema: 1,
  project: "shop",
  environment: "production",
  epoch: "e1",
  revision: 1,
  toggles: {
    cart: {
      key: "cart",
      kind: "boolean",
      version: 1,
      revision: 1,
      enabled: true,
      variants: { on: true, off: false },
      offVariant: "off",
      rules: [],
      rollout: null,
      defaultVariant: "on",
    },
  },
};

const folder = mkdtempSync(join(tmpdir(), "burgee-size-"));
const installed = join(folder, "node_modules", "@burgee", "sdk");
try {
  execFileSync(process.execPath, [inCheckout("packages", "sdk-js", "pack.mjs"), installed]);
  const { size, unpackedSize, entryCount } = npmPack();
  const whole = await weigh("index.js");
  const engine = await weigh("engine/index.js");
  const own = await weigh("index.js", /engine\//);
  console.log(
    `SDK, installed: ${count(unpackedSize)} bytes in ${entryCount} files, ${count(size)} packed; no dependency`,
  );
  console.log(
    `SDK, at its start: ${count(whole)} bytes gzipped, ${count(ASKED_AT_START)} asked (its own ${count(own)}; the engine, whole, ${count(engine)})`,
  );
  for (const [name, file] of [
    ["patterns", "engine/matches/index.js"],
    ["long lists", "engine/lists/index.js"],
    ["a file store", "file-store.js"],
    ["tests", "testing.js"],
  ]) {
    console.log(`SDK, for ${name}: ${count(await weigh(file ?? ""))} bytes gzipped`);
  }
  const [bare, imported, required] = ["", "import", "require"].map(startMs);
  console.log(
    `SDK, from nothing to its first answer: ${more(imported, bare)} imported, ${more(required, bare)} required, over the ${bare} ms of Node itself (CPU time, median of ${STARTS})`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** @returns {{ size: number, unpackedSize: number, entryCount: number }} */
function npmPack() {
  const said = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: installed, encoding: "utf8" });
  return JSON.parse(said)[0];
}

/**
 * With all that it imports from its start on.
 *
 * @param {string} file in `dist`
 * @param {RegExp[]} left
 */
async function weigh(file, ...left) {
  const external = [/matches\/index/, /lists\/index/].filter((pattern) => !pattern.test(file));
  const build = await rolldown({
    input: join(installed, "dist", file),
    external: [...external, ...left],
    platform: "node",
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  return gzipSync(output[0].code, { level: 9 }).length;
}

/** @param {string} how */
function startMs(how) {
  const ask = `const client = createServerClient({ bootstrap: ${JSON.stringify(BOOTSTRAP)}, logger: false, usage: false });
    if (client.isEnabled("cart") !== true) throw new Error("It does not answer.");`;
  const programs = {
    "": "",
    import: `import { createServerClient } from "@burgee/sdk"; ${ask}`,
    require: `const { createServerClient } = require("@burgee/sdk"); ${ask}`,
  };
  const file = join(folder, how === "require" ? "program.cjs" : "program.mjs");
  const end =
    "const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000)); process.exit();";
  writeFileSync(file, `${programs[/** @type {keyof typeof programs} */ (how)]} ${end}`);
  const times = Array.from({ length: STARTS }, () =>
    Number(execFileSync(process.execPath, [file], { encoding: "utf8" })),
  );
  return Math.round(times.toSorted((one, other) => one - other)[Math.floor(STARTS / 2)] ?? 0);
}

/**
 * @param {number | undefined} ms
 * @param {number | undefined} bare
 */
function more(ms = 0, bare = 0) {
  return `${ms - bare} ms`;
}

/** @param {number} bytes */
function count(bytes) {
  return bytes.toLocaleString("en");
}
