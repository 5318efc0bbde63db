import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkTypes } from "./check-types.ts";

const checkout = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "burgee-sdk-kinds-"));
const packed = join(folder, "node_modules", "@burgee", "sdk");
const manifest = JSON.parse(readFileSync(join(checkout, "packages/sdk-js/package.json"), "utf8"));
/** As a program names them. */
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => `@burgee/sdk${name.slice(1)}`);

/** Each starts several processes. */
vi.setConfig({ testTimeout: 30_000 });

beforeAll(() => {
  execFileSync(process.execPath, [join(checkout, "packages/sdk-js/pack.mjs"), packed]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the SDK as it is published", () => {
  test("has no fault that publint knows", async () => {
    const { messages } = await publint({ pkgDir: packed, strict: true });

    expect(messages).toEqual([]);
  });

  test("has types that say what is there, for every way of importing it that Node has", async () => {
    const [{ filename }] = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
        cwd: packed,
        encoding: "utf8",
      }),
    );
    const tarball = createPackageFromTarballData(new Uint8Array(readFileSync(join(folder, filename))));

    const analysis = await checkPackage(tarball);

    // Node 10 read no `exports`; the SDK asks for 20.
    const problems = analysis.types === false ? ["no types"] : analysis.problems;
    expect(
      problems.filter(
        (each) => !(typeof each === "object" && "resolutionKind" in each && each.resolutionKind === "node10"),
      ),
    ).toEqual([]);
    expect(Object.keys(analysis.types === false ? {} : analysis.entrypoints)).toHaveLength(
      entries.length + 1,
    );
  });
});

/** Two on every run, where they are there; with `npm run nodes`, which installs them, all that the SDK is for. */
const installed = process.env.BURGEE_NODES;
const majors = installed === undefined ? [20, 24] : [20, 22, 24, 26];

describe.each(majors)("on Node %i", (major) => {
  const node = installed === undefined ? nodeOf(major) : join(installed, `node${major}`, "bin", "node");

  test.skipIf(node === undefined)("runs on no other", () => {
    expect(run(node, "-p", "process.versions.node")).toMatch(new RegExp(`^${major}[.]`));
  });

  test.skipIf(node === undefined)("is required, and imported, by every name that it has", () => {
    const program = entries.map(
      (name) => `${JSON.stringify(name)}: Object.keys(require(${JSON.stringify(name)}))`,
    );
    const imports = entries.map(
      (name) => `${JSON.stringify(name)}: Object.keys(await import(${JSON.stringify(name)}))`,
    );
    writeFileSync(join(folder, "required.cjs"), `console.log(JSON.stringify({ ${program} }))`);
    writeFileSync(join(folder, "imported.mjs"), `console.log(JSON.stringify({ ${imports} }))`);

    const [required, imported] = ["required.cjs", "imported.mjs"].map((file) => JSON.parse(run(node, file)));

    expect(sorted(required)).toEqual(sorted(imported));
    expect(required["@burgee/sdk"]).toContain("createServerClient");
  });

  test.skipIf(node === undefined).each([
    ["main.cjs", (name: string) => `require("${name}")`],
    ["main.mjs", (name: string) => `await import("${name}")`],
  ] as const)(
    "streams, patches, loads its parts, tells usage, and answers from its store after a restart: %s",
    (file, imported) => {
      const sdk = `{ ...${imported("@burgee/sdk")}, ...${imported("@burgee/sdk/file-store")} }`;
      const { href } = pathToFileURL(join(import.meta.dirname, "any-node-program.mjs"));
      writeFileSync(
        join(folder, file),
        `const sdk = ${sdk}; import("${href}").then(({ main }) => main(sdk));`,
      );

      const printed = run(node, file, join(folder, `store-${major}-${file}`));

      expect(printed.split("\n")).toEqual([
        "ready stream true false",
        "more true false",
        "told 2 ordered",
        "ready disk true",
        "",
      ]);
    },
  );
});

test("brings types to a program that requires it", () => {
  writeFileSync(
    join(folder, "main.cts"),
    `import burgee = require("@burgee/sdk");
     import stores = require("@burgee/sdk/file-store");
     import testing = require("@burgee/sdk/testing");
     const client: burgee.ServerClient = burgee.createServerClient({ store: stores.fileStore("x") });
     export const on: boolean = client.isEnabled("cart");
     export const same: burgee.ServerClient = testing.createTestClient({ cart: true });
     // @ts-expect-error: a text's toggle gives a text
     export const wrong: boolean = client.value("cart", "blue");`,
  );
  expect(checkTypes(folder, "main.cts")).toEqual({ status: 0, stdout: "" });
});

/** The first on the PATH of this version. */
function nodeOf(major: number): string | undefined {
  const found = (process.env.PATH ?? "").split(delimiter).map((path) => join(path, "node"));
  return [process.execPath, ...found].find((node) => {
    const { stdout } = spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
    return typeof stdout === "string" && stdout.startsWith(`${major}.`);
  });
}

function run(node: string | undefined, ...args: readonly string[]): string {
  return execFileSync(node ?? "", args, { cwd: folder, encoding: "utf8", timeout: 20_000 });
}

function sorted(names: Readonly<Record<string, readonly string[]>>): object {
  return Object.fromEntries(Object.entries(names).map(([entry, exported]) => [entry, exported.toSorted()]));
}
