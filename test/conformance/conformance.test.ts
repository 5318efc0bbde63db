import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { conformanceFolder } from "./conformance-folder.ts";
import { exclusionsTable } from "./exclusions-table.ts";
import { suites } from "./suites.ts";

const checkout = join(import.meta.dirname, "..", "..");
const documented = readFileSync(join(checkout, "docs", "conformance.md"), "utf8");
const leftOut = documented.slice(documented.indexOf("## What is left out"));
const loaded = suites.map(([name, load]) => [name, load(conformanceFolder)] as const);

for (const [name, suite] of loaded) {
  describe.skipIf(!suite)(`the conformance tests of ${name}`, () => {
    if (!suite) test("are not at hand", () => {});
    for (const each of suite?.cases ?? []) {
      test(each.name, () => {
        expect(each.run()).toBeUndefined();
      });
    }
    for (const { name: title, reason } of suite?.exclusions ?? [])
      test.skip(`${title} (${reason})`, () => {});
  });
}

const excluded = loaded.flatMap(([name, suite]) =>
  (suite?.exclusions ?? []).map((exclusion) => [name, exclusion] as const),
);

test("gives each case that is left out a reason which docs/conformance.md explains, and lists them all", () => {
  const folder = join(checkout, ".burgee", "conformance");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "left-out.md"), `${exclusionsTable(excluded)}\n`);

  expect(excluded.map(([, { reason }]) => reason).filter((reason) => !leftOut.includes(reason))).toEqual([]);
});

test.skipIf(!existsSync(conformanceFolder))("leaves out what docs/conformance.md says it leaves out", () => {
  const table = exclusionsTable(excluded).split("\n");
  const there = loaded.filter(([, suite]) => suite).map(([name]) => `| ${name} | `);
  const claimed = leftOut.split("\n").filter((row) => there.some((start) => row.startsWith(start)));

  expect(claimed.filter((row) => !table.includes(row))).toEqual([]);
});
