import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const checkout = join(import.meta.dirname, "..", "..");
const packages = [
  "packages/engine",
  "packages/db",
  "packages/core",
  "packages/runtime",
  "packages/sdk-js",
  "apps/api",
  "apps/worker",
];
const npmPackages = ["kysely", "lucia", "re2js", "vitest", "zod"];

/** One file per rule that breaks it, and nothing else. */
const violations: readonly [rule: string, file: string, source: string][] = [
  ["engine-imports-nothing", "packages/engine/src/clock.ts", `import "node:timers";`],
  [
    "engine-imports-nothing",
    "packages/engine/src/shape.ts",
    `import type { ZodType } from "zod";\nexport type Shape = ZodType;`,
  ],
  ["engine-imports-nothing", "packages/engine/src/pattern.ts", `import "re2js";`],
  ["matches-imports-re2js-only", "packages/engine/src/matches/schema.ts", `import "zod";`],
  [
    "matches-is-a-chunk-of-its-own",
    "packages/engine/src/texts.ts",
    `export { matches } from "./matches/matches.ts";`,
  ],
  [
    "lists-are-a-chunk-of-their-own",
    "packages/engine/src/packed.ts",
    `export { packIds } from "./lists/pack-ids.ts";`,
  ],
  ["db-imports-engine-only", "packages/db/src/use-case.ts", `import "@burgee/core";`],
  [
    "core-imports-engine-and-db-only",
    "packages/core/src/logs.ts",
    `import type { Logger } from "@burgee/runtime";\nexport type L = Logger;`,
  ],
  ["runtime-imports-nothing-of-ours", "packages/runtime/src/tables.ts", `import "@burgee/db";`],
  ["sdk-imports-engine-only", "packages/sdk-js/src/configuration.ts", `import "@burgee/runtime";`],
  ["sdk-imports-no-package", "packages/sdk-js/src/schema.ts", `import "zod";`],
  ["sdk-runs-anywhere", "packages/sdk-js/src/disk.ts", `import "node:fs";`],
  ["api-imports-core-db-engine-runtime-only", "apps/api/src/reader.ts", `import "@burgee/sdk";`],
  ["worker-imports-core-db-engine-runtime-only", "apps/worker/src/reader.ts", `import "@burgee/sdk";`],
  [
    "no-app-imports-an-app",
    "apps/worker/src/routes.ts",
    `import type { AppRouter } from "@burgee/api/router";\nexport type R = AppRouter;`,
  ],
  ["dashboard-imports-router-and-engine-only", "apps/dashboard/src/toggles.ts", `import "@burgee/core";`],
  ["examples-import-what-users-could", "examples/watch/queries.ts", `import "@burgee/db";`],
  ["router-is-a-type-elsewhere", "apps/dashboard/src/client.ts", `import "@burgee/api/router";`],
  ["no-inside-of-another-package", "packages/core/src/shortcut.ts", `import "../../db/src/index.ts";`],
  ["no-unresolvable-import", "packages/db/src/deep.ts", `import "@burgee/engine/src/index.ts";`],
  ["lucia-in-one-file", "apps/api/src/second-session.ts", `import "lucia";`],
  ["lucia-in-the-api-only", "apps/worker/src/session.ts", `import "lucia";`],
  ["no-cycle", "packages/db/src/hen.ts", `import "./egg.ts";`],
  ["no-test-in-shipped-code", "packages/core/src/assertions.ts", `import "vitest";`],
  [
    "no-orphan-test",
    "packages/core/src/nothing.test.ts",
    `import { test } from "vitest";\ntest("is empty", () => {});`,
  ],
];

/** What the rules allow, and what the violations lean on. */
const allowed: readonly [file: string, source: string][] = [
  ...packages.map((folder): [string, string] => [`${folder}/src/index.ts`, "export const name = 1;"]),
  ["packages/engine/src/language/index.ts", `export { name } from "../index.ts";`],
  ["packages/engine/src/matches/matches.ts", `import "re2js";\nexport const matches = 1;`],
  ["packages/engine/src/lists/pack-ids.ts", "export const packIds = 1;"],
  ["packages/engine/src/index.test.ts", `import "node:fs";\nimport "vitest";\nimport "./index.ts";`],
  ["packages/db/src/tables.ts", `import "kysely";\nimport "@burgee/engine";`],
  ["packages/db/src/egg.ts", `import "./hen.ts";`],
  ["packages/core/src/toggles.ts", `import "@burgee/db";\nimport "@burgee/engine/language";`],
  ["packages/sdk-js/src/file-store.ts", `import "node:fs";\nimport "@burgee/engine";`],
  ["apps/api/src/main.ts", `import "@burgee/core";\nimport "@burgee/runtime";`],
  ["apps/api/src/session.ts", `import "lucia";`],
  ["apps/api/src/trpc/app-router.ts", "export interface AppRouter {}"],
  [
    "apps/dashboard/src/query.ts",
    `import type { AppRouter } from "@burgee/api/router";\nexport type R = AppRouter;`,
  ],
  [
    "examples/watch/watch.ts",
    `import "@burgee/sdk";\nimport type { AppRouter } from "@burgee/api/router";\nexport type R = AppRouter;`,
  ],
];

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), "burgee-imports-"));
  cpSync(join(checkout, ".dependency-cruiser.mjs"), join(tree, "rules.mjs"));
  for (const folder of packages) {
    cpSync(join(checkout, folder, "package.json"), join(tree, folder, "package.json"));
    const name = folder.endsWith("sdk-js") ? "sdk" : (folder.split("/")[1] ?? folder);
    link(join(tree, folder), `@burgee/${name}`);
  }
  for (const name of npmPackages) write(`node_modules/${name}/index.js`, "module.exports = {};");
  link(join(checkout, "node_modules", "@swc"), "@swc");
  for (const [file, source] of allowed) write(file, source);
  for (const [, file, source] of violations) write(file, source);
});

afterAll(() => rmSync(tree, { recursive: true }));

test("each import rule reports the file that breaks it, and no other", () => {
  const reported = cruise(tree, join(tree, "rules.mjs"), ["packages", "apps", "examples"]);

  expect(reported.toSorted()).toEqual(violations.map(reportOf).toSorted());
});

test("every import rule has a planted violation", async () => {
  const { default: rules } = await import("../../.dependency-cruiser.mjs");

  const names = [...(rules.forbidden ?? []), ...(rules.required ?? [])].map(({ name }) => name);
  expect([...new Set(violations.map(([rule]) => rule))].toSorted()).toEqual(names.toSorted());
});

test("our own tree breaks no import rule", () => {
  const folders = ["packages", "apps", "examples", "test", "launcher", "bench"];
  const reported = cruise(
    checkout,
    join(checkout, ".dependency-cruiser.mjs"),
    folders.filter((folder) => existsSync(join(checkout, folder))),
  );

  expect(reported).toEqual([]);
});

/** What has too many importers, and the cycle's end that comes first, are named themselves. */
function reportOf([rule, file]: (typeof violations)[number]): string {
  const named = { "lucia-in-one-file": "node_modules/lucia/index.js", "no-cycle": "packages/db/src/egg.ts" };
  return `${Object.entries(named).find(([name]) => name === rule)?.[1] ?? file}: ${rule}`;
}

function cruise(folder: string, rules: string, folders: readonly string[]): readonly string[] {
  const program = join(checkout, "node_modules", ".bin", "depcruise");
  const args = ["--config", rules, "--output-type", "json", ...folders];
  const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", maxBuffer: 64 << 20 });
  if (!stdout) throw new Error(`dependency-cruiser said nothing but: ${stderr}`);
  const report: Report = JSON.parse(stdout);
  return report.summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
}

function write(file: string, source: string): void {
  const path = join(tree, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${source}\n`);
}

function link(target: string, name: string): void {
  const path = join(tree, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
