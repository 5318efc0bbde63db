/**
 * What the SDK takes from nothing to its first answer, beside other services' SDKs as they are published: each a process that imports it, hands it one
 * toggle as its service writes it, and asks for that. In CPU time over that of Node itself, since wall time is not a program's own on a machine
 * that does other things; the runs of all are mixed. Then what each weighs where it is installed, with all that it brings.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inCheckout } from "./checkout.mjs";

const ROUNDS = 15;
const PEERS = {
  growthbook: "@growthbook/growthbook",
  featurevisor: "@featurevisor/sdk",
  configcat: "configcat-node",
  launchdarkly: "@launchdarkly/node-server-sdk",
  unleash: "unleash-client",
  flagsmith: "flagsmith-nodejs",
};
const ATTRIBUTES = { userId: "ada", region: "IN", plan: "pro", appVersion: "1.36.0" };
const BOOTSTRAP = {
  ...{ schema: 1, project: "shop", environment: "production", epoch: "e1", revision: 1 },
  toggles: {
    cart: {
      ...{ key: "cart", kind: "boolean", version: 1, revision: 1, enabled: true },
      ...{
        variants: { on: true, off: false },
        offVariant: "off",
        rules: [],
        rollout: null,
        defaultVariant: "on",
      },
    },
  },
};
const END =
  'if (on !== true) throw new Error("It does not answer."); const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system), () => process.exit(0));';

const folder = mkdtempSync(join(tmpdir(), "burgee-start-"));
const peers = inCheckout("bench", "peers");
try {
  const installed = join(folder, "node_modules", "@burgee", "sdk");
  execFileSync(process.execPath, [inCheckout("packages", "sdk-js", "pack.mjs"), installed]);
  const programs = { bare: program("bare.mjs", `const on = true; ${END}`), ...ours(), ...theirs() };
  const took = measure(programs);
  const bare = took.bare ?? 0;
  const [own = 1, required = 1] = [took.import, took.require].map((ms = 0) => ms - bare);
  console.log(
    `From nothing to the first answer, over the ${ms(bare)} of Node itself (CPU time, median of ${ROUNDS}; installed with all it brings):`,
  );
  line("@burgee/sdk, imported", own, own, bytesIn(installed));
  line("@burgee/sdk, required", required, own, bytesIn(installed));
  for (const [id, name] of Object.entries(PEERS)) {
    const time = took[id];
    if (time === undefined) console.log(`  ${name}: left out, as it does not answer`);
    else line(name, time - bare, own, bytesOf(name));
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** @returns {Record<string, string>} */
function ours() {
  const ask = `const client = createServerClient({ bootstrap: ${JSON.stringify(BOOTSTRAP)}, logger: false, usage: false }); const on = client.isEnabled("cart", ${JSON.stringify(ATTRIBUTES)}); ${END}`;
  return {
    import: program("import.mjs", `import { createServerClient } from "@burgee/sdk"; ${ask}`),
    require: program("require.cjs", `const { createServerClient } = require("@burgee/sdk"); ${ask}`),
  };
}

/** @returns {Record<string, string>} */
function theirs() {
  return Object.fromEntries(
    Object.keys(PEERS).map((id) => {
      const side = JSON.stringify(pathToFileURL(join(peers, `${id}.mjs`)).href);
      const toggles = JSON.stringify([{ key: "cart", rule: { kind: "plain" } }]);
      return [
        id,
        program(
          `${id}.mjs`,
          `import { side } from ${side}; const ready = await side.ready(await side.write(${toggles})); const on = await ready.isOn("cart", side.contextOf(${JSON.stringify(ATTRIBUTES)})); ${END}`,
        ),
      ];
    }),
  );
}

/**
 * @param {string} name
 * @param {string} code
 */
function program(name, code) {
  const file = join(folder, name);
  writeFileSync(file, code);
  return file;
}

/**
 * The median CPU time of each, in microseconds. One that fails is left out.
 *
 * @param {Readonly<Record<string, string>>} programs
 * @returns {Record<string, number>}
 */
function measure(programs) {
  /** @type {Map<string, number[]>} */
  const times = new Map(Object.keys(programs).map((id) => [id, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [id, taken] of times) {
      const time = timeOf(programs[id] ?? "");
      if (time === undefined) times.delete(id);
      else taken.push(time);
    }
  }
  return Object.fromEntries([...times].map(([id, taken]) => [id, medianOf(taken)]));
}

/** @param {string} file */
function timeOf(file) {
  try {
    const stdio = /** @type {["ignore", "pipe", "ignore"]} */ (["ignore", "pipe", "ignore"]);
    return Number(execFileSync(process.execPath, [file], { encoding: "utf8", timeout: 10_000, stdio }));
  } catch {
    return undefined;
  }
}

/** @param {readonly number[]} times */
function medianOf(times) {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

/**
 * @param {string} name
 * @param {number} time
 * @param {number} own
 * @param {number} bytes
 */
function line(name, time, own, bytes) {
  const factor = `${(time / own).toFixed(1)}x`;
  console.log(
    `  ${name.padEnd(30)} ${ms(time).padStart(9)} ${factor.padStart(6)}  ${size(bytes).padStart(8)}`,
  );
}

/**
 * A package among the peers, and all packages that it asks for.
 *
 * @param {string} name
 */
function bytesOf(name) {
  const found = new Set([name]);
  for (const each of found) {
    const manifest = join(peers, "node_modules", each, "package.json");
    if (!existsSync(manifest)) continue;
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8"));
    for (const dependency of Object.keys(dependencies)) found.add(dependency);
  }
  return [...found].reduce((sum, each) => sum + bytesIn(join(peers, "node_modules", each)), 0);
}

/** @param {string} path */
function bytesIn(path) {
  if (!existsSync(path)) return 0;
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.parentPath.slice(path.length).includes("node_modules"))
    .reduce((sum, file) => sum + readFileSync(join(file.parentPath, file.name)).length, 0);
}

/** @param {number} microseconds */
function ms(microseconds) {
  return `${(microseconds / 1000).toFixed(1)} ms`;
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
