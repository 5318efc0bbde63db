import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkTypes } from "./check-types.ts";

const checkout = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "burgee-sdk-kinds-"));
const packed = join(folder, "node_modules", "@burgee", "sdk");
const manifest = JSON.parse(readFileSync(join(checkout, "packages/sdk-js/package.json"), "utf8"));
/** As a program names them. */
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => `@burgee/sdk${name.slice(1)}`);

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

describe.each([20, 24])("on Node %i", (major) => {
  const node = nodeOf(major);

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

  test.skipIf(node === undefined)(
    "evaluates where it is required, and from its store after a restart",
    () => {
      writeFileSync(
        join(folder, "main.cjs"),
        `const { createServer } = require("node:http");
       const { createServerClient } = require("@burgee/sdk");
       const { fileStore } = require("@burgee/sdk/file-store");
       const ruleset = ${JSON.stringify(ruleset())};
       const store = fileStore(process.argv[2]);
       const usage = { flushIntervalMs: 1_000 };
       (async () => {
         const server = createServer(({ url }, response) => {
           if (url === "/v1/ruleset") response.setHeader("content-type", "application/json").end(JSON.stringify(ruleset));
           else response.writeHead(url === "/v1/events" ? 202 : 404).end();
         });
         await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
         const options = { baseUrl: "http://127.0.0.1:" + server.address().port, sdkKey: "bg_srv_x", logger: false, store, usage, mode: "poll" };
         const first = createServerClient(options);
         const { status } = await first.ready();
         console.log(status, first.isEnabled("staff", { mail: "ada@burgee.example" }));
         await first.close();
         server.close();
         server.closeAllConnections();

         const second = createServerClient({ ...options });
         await new Promise((resolve) => second.on("change", resolve));
         console.log(second.detail("staff", false, { mail: "ada@burgee.example" }).metadata.source);
         await second.close();
       })();`,
      );

      const printed = run(node, "main.cjs", join(folder, `store-${major}`));

      expect(printed).toBe("ready true\ndisk\n");
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

/** A matches condition: the part of the SDK that is loaded only then. */
function ruleset(): object {
  const target = { kind: "attribute", name: "mail" };
  const condition = { kind: "call", name: "matches", target, args: ["@burgee[.]"] };
  const rules = [{ id: "r1", condition, serve: { type: "variant", variant: "on" } }];
  const toggle = {
    key: "staff",
    kind: "boolean",
    version: 1,
    revision: 1,
    enabled: true,
    offVariant: "off",
    defaultVariant: "off",
  };
  return {
    schema: 1,
    project: "web",
    environment: "production",
    epoch: "00000000-0000-4000-8000-000000000000",
    revision: 1,
    toggles: { staff: { ...toggle, variants: { on: true, off: false }, rules, rollout: null } },
  };
}
